import { describe, expect, it } from 'vitest';
import { faultOf, type Suspect } from '../../src/transform/fault.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { createOpener } from '../../src/transform/open.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { readSvg } from '../../src/transform/probe/svg.ts';
import { animation, picture } from './probe/pictures.ts';

const open = createOpener(defaultLimits, 30);
const unheardOf = new Error('a decoder says what nobody has listed');
const png = () => picture(200, 200).png().toBuffer();
const whole = (bytes: Buffer): Suspect => ({ bytes, image: probe(bytes), frames: 0 });
const cut = (bytes: Buffer): Suspect => ({ ...whole(bytes), bytes: bytes.subarray(0, bytes.length * 0.6) });

describe('faultOf', () => {
  it('finds the original at fault that cannot be decoded by itself', async () => {
    expect(await faultOf(unheardOf, [cut(await png())], open)).toMatchObject({ code: 'BROKEN_IMAGE', status: 422 });
  });

  it('finds an overlay at fault', async () => {
    const suspects = [whole(await png()), cut(await png())];
    expect(await faultOf(unheardOf, suspects, open)).toMatchObject({ code: 'BROKEN_IMAGE' });
  });

  it('looks at the frames that were to be decoded', async () => {
    const bytes = await animation(30, 20, 4).gif().toBuffer();
    const broken = { bytes: Buffer.from(bytes).fill(0xff, 100, 108), image: probe(bytes) };
    expect(await faultOf(unheardOf, [{ ...broken, frames: 'all' }], open)).toMatchObject({ code: 'BROKEN_IMAGE' });
    expect(await faultOf(unheardOf, [{ ...broken, frames: 0 }], open)).toMatchObject({ code: 'RENDER_FAILED' });
  });

  it('finds us at fault where all originals can be decoded', async () => {
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const suspects = [whole(await png()), { bytes: drawing, image: readSvg(drawing), frames: 0 }];
    const error = await faultOf(unheardOf, suspects, open);
    expect(error).toMatchObject({ code: 'RENDER_FAILED', status: 500, cause: unheardOf });
  });

  it.each([
    ['timeout: 10% complete', 'RENDER_TIMEOUT'],
    ['Input image exceeds pixel limit', 'ORIGINAL_TOO_LARGE'],
    ['Input buffer contains unsupported image format', 'UNSUPPORTED_IMAGE'],
    ['heif: Unsupported feature: Unsupported codec', 'UNSUPPORTED_IMAGE'],
    ['Input buffer has corrupt header: webp: unable to parse image', 'BROKEN_IMAGE'],
  ])('takes %j for %s without asking further', async (message, code) => {
    expect(await faultOf(new Error(message), [], open)).toMatchObject({ code });
  });
});
