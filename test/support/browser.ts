import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const { CHROMIUM, CI } = process.env;
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Where this machine has a Chromium: what the variable CHROMIUM says, or a known place. Tests that need one are skipped
 * without it; in CI its absence is an error, so that nothing is skipped there unseen.
 */
export const chromiumPath: string | undefined = findChromium();

function findChromium(): string | undefined {
  const found = (CHROMIUM ? [CHROMIUM] : places).find((place) => existsSync(place));
  if (found !== undefined) return found;
  const message =
    'Chromium is missing, so the page is not tested in a browser. Get it by: apt-get install chromium, or set CHROMIUM to its path';
  if (CI === 'true') throw new Error(message);
  process.stderr.write(`${message}\n`);
  return undefined;
}

/** Starts a headless Chromium. */
export function openBrowser(): Promise<Browser> {
  // Root, as which containers run, may not use the sandbox; the pages are our own.
  return chromium.launch({ executablePath: chromiumPath ?? 'chromium', args: ['--no-sandbox'] });
}
