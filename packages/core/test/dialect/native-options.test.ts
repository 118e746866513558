import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import { checkNativeOptions, type NativeOptions, nativeExpectations } from '../../src/dialect/native-options.ts';

const known = 'Known options: defaults, presets, onlyPresets, widths, qualities, metadata, signing';
const name = 'Expected a name of letters, digits, ".", "_" or "-" for a preset but received';

describe('checkNativeOptions', () => {
  it.each<NativeOptions>([
    {},
    { defaults: {} },
    { defaults: [{ w: 4 }, {}] },
    { presets: {} },
    { presets: { a: {}, 'B-1_2.c': [{}], 7: { w: 4 } } },
    { presets: { ['a'.repeat(64)]: {} }, onlyPresets: true },
    { onlyPresets: false },
    { widths: [1, 65_535] },
    { qualities: [1, 100, 1] },
    { metadata: true },
    { signing: { keys: 'a key of 16 bytes' } },
  ])('takes %o', (options) => {
    expect(() => checkNativeOptions(options)).not.toThrow();
    expect(() => native(options)).not.toThrow();
  });

  it.each<readonly [unknown, string]>([
    [{ signed: true }, `Unknown option native.signed. ${known}`],
    [{ toString: 1 }, `Unknown option native.toString. ${known}`],
    [null, 'Expected an options object for native but received null'],
    ['presets', "Expected an options object for native but received 'presets'"],
    [{ defaults: 'w=4' }, "Expected an object or a list of objects for native.defaults but received 'w=4'"],
    [{ defaults: ['w=4'] }, "Expected an object or a list of objects for native.defaults but received [ 'w=4' ]"],
    [{ defaults: [[{}]] }, 'Expected an object or a list of objects for native.defaults but received [ [Array] ]'],
    [{ presets: [] }, 'Expected an object for native.presets but received []'],
    [{ presets: 'a' }, "Expected an object for native.presets but received 'a'"],
    [{ presets: { a: 'w=4' } }, "Expected an object or a list of objects for presets.a but received 'w=4'"],
    [{ presets: { a: null } }, 'Expected an object or a list of objects for presets.a but received null'],
    [{ presets: { '': {} } }, `${name} ""`],
    [{ presets: { 'a b': {} } }, `${name} "a b"`],
    [{ presets: { 'a\n': {} } }, `${name} "a\\n"`],
    [{ presets: { ü: {} } }, `${name} "ü"`],
    [{ presets: { ['a'.repeat(65)]: {} } }, `${name} "${'a'.repeat(65)}"`],
    [{ onlyPresets: 'yes', presets: { a: {} } }, "Expected a boolean for native.onlyPresets but received 'yes'"],
    [{ onlyPresets: true }, 'Expected presets beside onlyPresets'],
    [{ onlyPresets: true, presets: {} }, 'Expected presets beside onlyPresets'],
    [{ widths: 400 }, 'Expected a list of positive whole numbers for native.widths but received 400'],
    [{ widths: [] }, 'Expected a list of positive whole numbers for native.widths but received []'],
    [{ widths: [0] }, 'Expected a list of positive whole numbers for native.widths but received [ 0 ]'],
    [{ widths: [1.5] }, 'Expected a list of positive whole numbers for native.widths but received [ 1.5 ]'],
    [{ widths: ['400'] }, "Expected a list of positive whole numbers for native.widths but received [ '400' ]"],
    [{ widths: [65_536] }, 'Expected a list of positive whole numbers for native.widths but received [ 65536 ]'],
    [{ qualities: [101] }, 'Expected a list of whole numbers from 1 to 100 for native.qualities but received [ 101 ]'],
    [{ qualities: [0] }, 'Expected a list of whole numbers from 1 to 100 for native.qualities but received [ 0 ]'],
    [{ qualities: [] }, 'Expected a list of whole numbers from 1 to 100 for native.qualities but received []'],
  ])('refuses %o', (options, message) => {
    expect(() => checkNativeOptions(options as NativeOptions)).toThrow(new TypeError(message));
    expect(() => native(options as NativeOptions)).toThrow(new TypeError(message));
  });

  it('knows each option', () => {
    expect(
      Object.keys(nativeExpectations)
        .map((each) => `${each}`)
        .join(', '),
    ).toBe(known.replace('Known options: ', ''));
  });

  it.each([
    'a key that must not show',
    ['a key that must not show'],
    { key: 'a key that must not show' },
    { keys: ['a key that must not show', 'short'] },
  ])('says nothing of a key when it refuses signing: %j', (signing) => {
    try {
      native({ signing } as unknown as NativeOptions);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      expect(inspect(error, { depth: 9 })).toMatch(/signing/);
      expect(inspect(error, { depth: 9 })).not.toContain('must not show');
      return;
    }
    expect.unreachable('it was taken');
  });
});
