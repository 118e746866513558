import { processRenderPool } from '../transform/isolation/render-pool.ts';
import { childThreads } from '../transform/isolation/sent-job.ts';
import { claimSharp, pipelineVersion } from '../transform/pipeline.ts';
import { inProcess, type Renderer } from '../transform/renderer.ts';
import type { Endpoint } from './endpoint.ts';

/** Who makes the pictures of an endpoint, and what that adds to their names. */
export interface Rendering {
  readonly renderer: Renderer;
  readonly pipeline: string;
}

/** Decides where an endpoint renders. Processes of their own leave sharp in this one as it is. */
export function createRendering({ options, isIsolated }: Endpoint): Rendering {
  if (isIsolated) return { renderer: processRenderPool(), pipeline: pipelineVersion(childThreads) };
  if (options.render?.settings !== 'host') claimSharp();
  return { renderer: inProcess, pipeline: pipelineVersion() };
}
