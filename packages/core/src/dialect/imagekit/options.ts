import { checkOptions, type Expectation, expectations, oneOf } from '../../options.ts';
import type { SigningOptions } from '../signature.ts';

/** Options of {@link imagekit}: what the vendor has under an account's settings. */
export interface ImagekitOptions {
  /**
   * Named transformations, which `n-` in a URL stands for: `{ thumb: 'w-100,h-100,fo-auto' }`.
   * @default none
   */
  readonly named?: Readonly<Record<string, string>>;
  /**
   * Whether URLs may name those and nothing else.
   * @default false
   */
  readonly onlyNamed?: boolean;
  /**
   * Signatures: `keys` are the account's private keys, of any length. `required: false` serves what is not signed too.
   * @default URLs need none
   */
  readonly signing?: SigningOptions;
  /**
   * Type of the result where a URL says none: `'auto'` by the Accept field, `'original'` that of the original.
   * @default 'auto'
   */
  readonly format?: 'auto' | 'original';
  /**
   * Quality where a URL says none, 1–100.
   * @default 80
   */
  readonly quality?: number;
}

/** What each option accepts. */
const imagekitExpectations: Readonly<Record<keyof ImagekitOptions, Expectation>> = {
  named: expectations.object,
  onlyNamed: expectations.boolean,
  // Whoever checks it prints no key.
  signing: ['how URLs are signed', () => true],
  format: oneOf('auto', 'original'),
  quality: [
    'a whole number from 1 to 100',
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100,
  ],
};

/** @throws TypeError naming the option, what was expected and what came. */
export function checkImagekitOptions(options: ImagekitOptions): void {
  checkOptions('imagekit', options, imagekitExpectations);
  const { named = {}, onlyNamed } = options;
  for (const [name, steps] of Object.entries(named)) {
    if (!/^[\w.-]{1,64}$/.test(name)) {
      const rule = 'a name of letters, digits, ".", "_" or "-" for a named transformation';
      throw new TypeError(`Expected ${rule} but received ${JSON.stringify(name)}`);
    }
    checkOptions('named', { [name]: steps }, { [name]: expectations.text });
  }
  if (onlyNamed && Object.keys(named).length === 0) {
    throw new TypeError('Expected named transformations beside onlyNamed');
  }
}
