import { checkOptions, type Expectation, either, expectations } from '../options.ts';
import type { StagedParameters } from './dialect.ts';
import type { SigningOptions } from './signature.ts';

/** Options of {@link native}; `createTintype` takes the same. */
export interface NativeOptions {
  /**
   * Parameters that hold where neither the URL nor its preset says anything else.
   * @default none
   */
  readonly defaults?: StagedParameters;
  /**
   * Parameters by names, which `preset=` in a URL stands for. A list of them are stages.
   * @default none
   */
  readonly presets?: Readonly<Record<string, StagedParameters>>;
  /**
   * Whether URLs may name a preset, a version and a download, and nothing else.
   * @default false
   */
  readonly onlyPresets?: boolean;
  /**
   * The widths that URLs may ask for, in pixels, `dpr` included. Presets and defaults may have others.
   * @default every width within limits
   */
  readonly widths?: readonly number[];
  /**
   * The qualities that URLs may ask for. Presets and defaults may have others.
   * @default 1–100
   */
  readonly qualities?: readonly number[];
  /**
   * Whether URLs may ask for all metadata of an original, by `keep=all`, or for the original as it is, by
   * `original=true`: it may tell where and by whom a photograph was taken. Presets and defaults may.
   * @default whether URLs must be signed
   */
  readonly metadata?: boolean;
  /**
   * Signatures: URLs without a valid one are refused.
   * @default URLs need none
   */
  readonly signing?: SigningOptions;
}

const numbers =
  (most: number) =>
  (value: unknown): boolean =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => Number.isInteger(each) && each >= 1 && each <= most);

const parameters: Expectation = either(expectations.object, [
  'a list of objects',
  (value) => Array.isArray(value) && value.every(expectations.object[1]),
]);

/** What each option accepts. */
export const nativeExpectations: Readonly<Record<keyof NativeOptions, Expectation>> = {
  defaults: parameters,
  presets: expectations.object,
  onlyPresets: expectations.boolean,
  widths: ['a list of positive whole numbers', numbers(65_535)],
  qualities: ['a list of whole numbers from 1 to 100', numbers(100)],
  metadata: expectations.boolean,
  // Whoever checks it prints no key.
  signing: ['how URLs are signed', () => true],
};

/** @throws TypeError naming the option, what was expected and what came. */
export function checkNativeOptions(options: NativeOptions): void {
  checkOptions('native', options, nativeExpectations);
  const { presets = {}, onlyPresets } = options;
  for (const [name, preset] of Object.entries(presets)) {
    if (!/^[\w.-]{1,64}$/.test(name)) {
      throw new TypeError(
        `Expected a name of letters, digits, ".", "_" or "-" for a preset but received ${JSON.stringify(name)}`,
      );
    }
    checkOptions('presets', { [name]: preset }, { [name]: parameters });
  }
  if (onlyPresets && Object.keys(presets).length === 0) {
    throw new TypeError('Expected presets beside onlyPresets');
  }
}
