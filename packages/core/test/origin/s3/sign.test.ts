import { describe, expect, it } from 'vitest';
import { encodeKey, signatureFields } from '../../../src/origin/s3/sign.ts';

const request = {
  host: 'examplebucket.s3.amazonaws.com',
  path: '/?lifecycle',
  region: 'us-east-1',
  now: Date.UTC(2013, 4, 24),
};
const keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

describe('signatureFields', () => {
  it('signs the example of the Amazon S3 API reference as that does', () => {
    expect(signatureFields(request, keys)).toStrictEqual({
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=host;x-amz-content-sha256;x-amz-date, ' +
        'Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    });
  });

  it('sends and signs the token of temporary credentials', () => {
    const fields = signatureFields(request, { ...keys, sessionToken: 'token' });
    expect(fields['x-amz-security-token']).toBe('token');
    expect(fields.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
  });
});

describe('encodeKey', () => {
  it.each([
    ['cats/1.jpg', 'cats/1.jpg'],
    ['a b+c.jpg', 'a%20b%2Bc.jpg'],
    ["!'()*~-_.jpg", '%21%27%28%29%2A~-_.jpg'],
    ['100%25#?.jpg', '100%2525%23%3F.jpg'],
    ['é🐈&=@:;,$', '%C3%A9%F0%9F%90%88%26%3D%40%3A%3B%2C%24'],
  ])('writes %s as %s', (key, encoded) => expect(encodeKey(key)).toBe(encoded));
});
