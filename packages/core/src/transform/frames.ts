import type { Sharp } from 'sharp';
import type { RawPicture } from './open.ts';

/** The frames of a strip, from the top, without copying them. */
export function framesOf(
  { input, raw: { width, height, channels } }: RawPicture,
  count: number,
): readonly RawPicture[] {
  const frameHeight = height / count;
  const bytes = width * frameHeight * channels;
  return Array.from({ length: count }, (_, frame) => ({
    input: input.subarray(frame * bytes, (frame + 1) * bytes),
    raw: { width, height: frameHeight, channels },
  }));
}

/** A strip of frames of one size. */
export function stripOf(frames: readonly RawPicture[]): RawPicture {
  const { width = 0, height = 0 } = frames[0]?.raw ?? {};
  const input = Buffer.concat(frames.map((frame) => frame.input));
  return { input, raw: { width, height: height * frames.length, channels: 4, pageHeight: height } };
}

/** How an animation plays. */
export interface Playback {
  /** Milliseconds that each frame is shown. */
  readonly delay: number[];
  /** How often it is played; 0 for ever. */
  readonly loop: number;
}

/** Reads from a file, opened with all its frames, how its animation plays. */
export async function playbackOf(picture: Sharp): Promise<Playback> {
  const { delay = [], loop = 0 } = await picture.metadata();
  return { delay, loop };
}
