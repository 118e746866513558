import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { native } from '../../packages/core/src/dialect/native.ts';
import { defaultLimits } from '../../packages/core/src/transform/limits.ts';
import { planRender } from '../../packages/core/src/transform/plan.ts';
import { probe } from '../../packages/core/src/transform/probe/probe.ts';
import { isSvg, readSvg } from '../../packages/core/src/transform/probe/svg.ts';
import type { RenderJob } from '../../packages/core/src/transform/renderer.ts';
import { bundle } from './bundle.ts';

const dialect = native();
const source = `${import.meta.dirname}/../../packages/core/src/transform/isolation/child.ts`;

/** The file of a render process, compiled from the sources. */
export async function compiledChild(): Promise<URL> {
  return pathToFileURL(await bundle(source));
}

/** What a URL with that query asks of an original. */
export function jobOf(original: Uint8Array, query: string, bounds: Partial<RenderJob> = {}): RenderJob {
  const request = dialect.parse({ path: '/picture', query });
  if (request === undefined) throw new Error('Expected a request');
  const image = isSvg(original) ? readSvg(original) : probe(original);
  const plan = planRender(request.transformation, image, { accept: 'other', limits: defaultLimits });
  const bounded = { timeout: 30, memory: 1024 ** 3, ...bounds };
  return { original, image, plan, limits: defaultLimits, overlays: [], ...bounded };
}

/** A render that lasts for minutes and hears no timeout: blurs of blurs. Our probe would refuse the drawing. */
export function endlessJob(bounds: Partial<RenderJob> = {}): RenderJob {
  const namespace = 'xmlns="http://www.w3.org/2000/svg"';
  const layers = Array.from({ length: 6 }, (_, at) => {
    const uses = `<use href="#l${at}" x="1"/>`.repeat(8);
    return `<g id="l${at + 1}" filter="url(#b)">${uses}</g>`;
  });
  const filter = '<filter id="b"><feGaussianBlur stdDeviation="30"/></filter>';
  const first = '<g id="l0"><rect width="800" height="800" fill="red"/></g>';
  const content = `<defs>${filter}${first}${layers.join('')}</defs><use href="#l6"/>`;
  const harmless = Buffer.from(`<svg ${namespace} width="1000" height="1000"/>`);
  const original = Buffer.from(`<svg ${namespace} width="1000" height="1000">${content}</svg>`);
  return { ...jobOf(harmless, 'w=1000&format=png', bounds), original };
}

/** A picture of one colour, of so many pixels a side. */
export function plainPicture(side: number, format: 'jpeg' | 'png' | 'avif'): Promise<Buffer> {
  const picture = sharp({ create: { width: side, height: side, channels: 3, background: '#4080c0' } });
  return picture.toFormat(format, format === 'avif' ? { effort: 0 } : {}).toBuffer();
}

/** The processes that a process has started, but the one that asks. */
export async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/));
  return rows.filter(([, from, name]) => Number(from) === parent && name !== 'ps').map(([pid]) => Number(pid));
}

/** Whether a process is there, other than as a name in the table of its parent. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,stat=']);
  const state = stdout
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .find(([each]) => Number(each) === pid)?.[1];
  return state !== undefined && !state.startsWith('Z');
}
