import { describe, expect, it } from 'vitest';
import { locate } from '../../../src/origin/s3/place.ts';

describe('the place of a bucket', () => {
  it.each([
    [{ bucket: 'photos' }, 'https://photos.s3.us-east-1.amazonaws.com', ''],
    [{ bucket: 'photos', region: 'eu-central-1' }, 'https://photos.s3.eu-central-1.amazonaws.com', ''],
    [{ bucket: 'photos', region: 'cn-north-1' }, 'https://photos.s3.cn-north-1.amazonaws.com.cn', ''],
    [{ bucket: 'photos.example' }, 'https://s3.us-east-1.amazonaws.com', '/photos.example'],
    [{ bucket: 'photos', pathStyle: true }, 'https://s3.us-east-1.amazonaws.com', '/photos'],
    [{ bucket: 'photos', endpoint: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000', '/photos'],
    [{ bucket: 'photos', endpoint: new URL('https://S3.example:443/minio//') }, 'https://s3.example', '/minio/photos'],
    [{ bucket: 'photos', endpoint: 'http://s3.example:9000', pathStyle: false }, 'http://photos.s3.example:9000', ''],
    [{ bucket: 'Old_Photos', endpoint: 'http://[::1]:9000' }, 'http://[::1]:9000', '/Old_Photos'],
  ])('%j is %s%s', (given, origin, base) => {
    const place = locate({ region: 'us-east-1', ...given });
    expect(place).toMatchObject({ origin, base, host: new URL(origin).host });
  });

  it.each([
    [{ bucket: 'a' }, 's3.bucket'],
    [{ bucket: '..' }, 's3.bucket'],
    [{ bucket: 'a/b' }, 's3.bucket'],
    [{ bucket: 'photos.evil.example#' }, 's3.bucket'],
    [{ bucket: 'x'.repeat(64) }, 's3.bucket'],
    [{ bucket: 'photos', endpoint: 'minio' }, 's3.endpoint'],
    [{ bucket: 'photos', endpoint: 'ftp://minio' }, 's3.endpoint'],
    [{ bucket: 'photos', endpoint: 'http://user:hunter2@minio' }, 's3.endpoint'],
    [{ bucket: 'photos', endpoint: 'http://minio/?token=hunter2' }, 's3.endpoint'],
    [{ bucket: 'photos', endpoint: 'http://127.0.0.1:9000', pathStyle: false }, 's3.pathStyle'],
    [{ bucket: 'photos', endpoint: 'http://[::1]:9000', pathStyle: false }, 's3.pathStyle'],
  ])('%j is none', (given, message) => {
    const find = (): unknown => locate({ region: 'us-east-1', ...given });
    expect(find).toThrow(TypeError);
    expect(find).toThrow(message);
    expect(find).not.toThrow('hunter2');
  });
});
