import type { DialectRequest } from '../../../src/dialect/dialect.ts';
import { imgix } from '../../../src/dialect/imgix/imgix.ts';
import type { ImgixOptions } from '../../../src/dialect/imgix/options.ts';
import type { HintValues } from '../../../src/http/client-hints.ts';
import type { Stage } from '../../../src/transform/stage.ts';
import type { Output } from '../../../src/transform/transformation.ts';

/** What a query asks for of `/cat.jpg`. */
export function parsed(query: string, options: ImgixOptions = {}, hints: HintValues = {}): DialectRequest {
  const request = imgix(options).parse({ path: '/cat.jpg', query }, hints);
  if (request === undefined) throw new Error('Expected a request');
  return request;
}

/** The stages that a query asks for. */
export function stages(query: string, options: ImgixOptions = {}): readonly Stage[] {
  return parsed(query, options).transformation.stages;
}

/** The output that a query asks for. */
export function output(query: string): Output {
  return parsed(query).transformation.output;
}
