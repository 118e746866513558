import { type LayerValues, layerParameters } from './layer-parameters.ts';
import { type LookValues, lookParameters } from './look-parameters.ts';
import { type OutputValues, outputParameters } from './output-parameters.ts';
import type { ImgixParameter, Rows } from './parameter.ts';
import { refusedParameters } from './refused-parameters.ts';
import { type SizeValues, sizeParameters } from './size-parameters.ts';

/** What parameters of imgix's say, read. */
export type ImgixValues = SizeValues & LookValues & LayerValues & OutputValues;

/** What a URL says: what is left out is not there. */
export type Said = { readonly [N in keyof ImgixValues]?: ImgixValues[N] | undefined };

/** The one table of imgix's dialect: the parameters that do something. */
export const imgixParameters: Rows<ImgixValues> = {
  ...sizeParameters,
  ...lookParameters,
  ...layerParameters,
  ...outputParameters,
};

/** The rows by name. */
export const rows: ReadonlyMap<string, ImgixParameter<unknown>> = new Map(Object.entries(imgixParameters));

/** Never written in base64 (docs.imgix.com, Base64 variants). */
const plainOnly: ReadonlySet<string> = new Set(['auto', 'ch', 's']);

/** What a spelling stands for. */
export interface Spelling {
  readonly name: string;
  /** Whether the value is in base64 (RFC 4648 §5). */
  readonly isEncoded: boolean;
}

/** Each spelling of a parameter, those with `64` at their end included. */
export const spellings: ReadonlyMap<string, Spelling> = new Map(
  [...Object.entries(imgixParameters), ...Object.entries(refusedParameters)].flatMap(([name, { aliases }]) =>
    [name, ...aliases].flatMap((spelling): readonly (readonly [string, Spelling])[] => [
      [spelling, { name, isEncoded: false }],
      ...(plainOnly.has(name) ? [] : [[`${spelling}64`, { name, isEncoded: true }] as const]),
    ]),
  ),
);
