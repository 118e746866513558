import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { native } from '@tintype/core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from './support/browser.ts';
import { buildPackages, type Example, startExample, stopExamples } from './support/example.ts';

let pictures: string;
let example: Example;

/** Milliseconds that a condition is waited for: other test files render at the same time. */
const patience = { timeout: 20_000 };

/** Remembers what a page says, one after the other. */
const listening = `
  globalThis.told = [];
  addEventListener('DOMContentLoaded', () => {
    const said = document.querySelector('.said');
    if (said) new MutationObserver(() => told.push(said.textContent)).observe(said, { childList: true });
  });
`;

/** The names hold what has to be written otherwise in a URL, and in a query once more. */
const [hills, dots, turning] = ['hills.jpg', 'dots & 100% Tüpfel.png', 'turning.gif'] as const;

beforeAll(async () => {
  pictures = await mkdtemp(join(tmpdir(), 'tintype-page-'));
  const canvas = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 4, background } });
  const square = await canvas(200, 200, '#4682b4').png().toBuffer();
  await canvas(1200, 800, '#d2691e')
    .composite([{ input: square, left: 900, top: 100 }])
    .jpeg()
    .toFile(join(pictures, hills));
  await canvas(500, 500, '#0000')
    .composite([{ input: square }])
    .png()
    .toFile(join(pictures, dots));
  const frames = await Promise.all(['#ff0000', '#0000ff'].map((each) => canvas(64, 64, each).png().toBuffer()));
  await sharp(frames, { join: { animated: true } })
    .gif()
    .toFile(join(pictures, turning));
  await buildPackages();
  example = await startExample('express/server.js', { env: { PICTURES: pictures } });
});

afterAll(async () => {
  stopExamples();
  await rm(pictures, { recursive: true, force: true });
});

/** Takes out of the folder what tests have put there. */
async function removeAllBut(kept: readonly string[]): Promise<void> {
  for (const name of await readdir(pictures)) if (!kept.includes(name)) await rm(join(pictures, name));
}

describe.skipIf(chromiumPath === undefined)('the page in a browser', () => {
  let browser: Browser;
  let page: Page;
  /** What no page may do: complain, break, or ask anybody else. */
  let wrongs: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    page = await watched({ permissions: ['clipboard-read', 'clipboard-write'] });
  });

  afterAll(() => browser.close());

  afterEach(async () => {
    // What is still being asked for would miss what is removed.
    await page.goto('about:blank');
    await removeAllBut([hills, dots, turning]);
    expect(wrongs).toEqual([]);
  });

  /** Opens a window; what goes wrong in it fails the test. */
  async function watched(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    await context.addInitScript(listening);
    const opened = await context.newPage();
    opened.on('pageerror', (error) => wrongs.push(String(error)));
    opened.on('console', (message) => {
      // What is refused is the subject of tests, and Chromium says so each time.
      const isRefusal = /status of 400/.test(message.text()) && message.location().url.includes('/images/');
      if (message.type() === 'error' && !isRefusal) wrongs.push(message.text());
    });
    opened.on('request', (request) => {
      if (!request.url().startsWith(`${example.base}/`) && !/^(blob|data|about):/.test(request.url())) {
        wrongs.push(request.url());
      }
    });
    return opened;
  }

  /** Opens the page at a picture and a query; resolves when it shows what it says there. */
  async function open(
    at: string,
    {
      width = 1280,
      height = 800,
      colorScheme = 'light',
    }: { width?: number; height?: number; colorScheme?: 'light' | 'dark' } = {},
  ): Promise<void> {
    wrongs = [];
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.goto(`${example.base}/${at}`);
    await page.locator('.view:not(.waiting) .picture:visible').waitFor();
  }

  const small = '#hills.jpg?w=300&format=webp';

  const choose = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click();
  const address = () => page.locator('#query').inputValue();
  const field = (name: string) => page.locator(`#parameter-${name}`);
  const text = (selector: string) => page.locator(selector).textContent();
  const openGroup = (name: string) =>
    page.locator(`details[data-group=${name}]`).evaluate((group) => group.setAttribute('open', ''));

  /** Waits until a picture of this size in pixels is shown and nothing is being asked for. */
  const hasSize = (size: string) =>
    expect.poll(() => sizes(page.locator('.view:not(.waiting) .picture:visible')), patience).toEqual([size]);

  const sizes = (pictures: Locator): Promise<readonly string[]> =>
    pictures.evaluateAll((images) => images.map((image) => `${image.naturalWidth} × ${image.naturalHeight}`));

  const says = (selector: string, expected: string | RegExp) =>
    expect.poll(() => text(selector), patience).toMatch(expected);

  /** Waits until the page has said so, though it may have said more since. */
  const hasSaid = (expected: string | RegExp) =>
    expect.poll(() => page.evaluate('told.join("\\n")'), patience).toMatch(expected);

  it('says where the folder is and shows what is in it', async () => {
    await open('');
    expect(await text('header .path')).toBe(pictures);
    const shown = page.locator('.strip img');
    expect(await shown.evaluateAll((images) => images.map(({ alt }) => alt))).toEqual((await readdir(pictures)).sort());
    await expect
      .poll(() => shown.evaluateAll((images) => images.filter((image) => image.naturalWidth > 0).length))
      .toBe(3);
  });

  it('shows a picture that is chosen, and all about it', async () => {
    await open('#hills.jpg?format=webp');
    await choose(dots);
    await hasSize('500 × 500');
    expect(await text('.address .path')).toBe('/images/dots%20%26%20100%25%20T%C3%BCpfel.png?');
    expect(await text('.pixels')).toBe('500 × 500');
    expect(await page.locator('.strip [aria-current=true] img').getAttribute('alt')).toBe(dots);
    const original = (await readFile(join(pictures, dots))).byteLength;
    await says('.share', new RegExp(`of the original’s ${(original / 1e3).toFixed(original < 1e4 ? 1 : 0)} kB`));
  });

  it('asks for what the controls say, and writes it as URL, HTML and JavaScript', async () => {
    await open('');
    await choose(hills);
    await field('w').fill('300');
    await field('h').fill('300');
    await field('format').selectOption('webp');
    await field('fit').selectOption('contain');
    await hasSize('300 × 300');
    await says('.type', 'WEBP');
    expect(await address()).toBe('w=300&h=300&fit=contain&format=webp');
    expect(new URL(page.url()).hash).toBe('#hills.jpg?w=300&h=300&fit=contain&format=webp');
    expect(await text('#html')).toContain('width="300" height="300"');
    expect(await text('#html')).toContain(
      'srcset="/images/hills.jpg?w=300&amp;h=300&amp;fit=contain&amp;format=webp 1x,',
    );
    expect(await text('#html')).toContain('&amp;format=webp&amp;dpr=2 2x"');
    expect(await text('#script')).toBe("images.url('/hills.jpg', { w: 300, h: 300, fit: 'contain', format: 'webp' })");
  });

  it('leaves out again what is cleared', async () => {
    await open(small);
    await hasSize('300 × 200');
    await page.getByRole('button', { name: 'Leave w out' }).click();
    await hasSize('1200 × 800');
    expect(await address()).toBe('format=webp');
  });

  it('takes a query that is written by hand, and has the controls show it', async () => {
    await open(small);
    await page.locator('#query').fill('width=240&fm=png&utm_source=letter');
    await hasSize('240 × 160');
    await says('.type', 'PNG');
    expect(await field('w').inputValue()).toBe('240');
    expect(await field('format').inputValue()).toBe('png');
    expect(await address()).toBe('width=240&fm=png&utm_source=letter');
    await field('q').fill('50');
    expect(await address()).toBe('w=240&utm_source=letter&format=png&q=50');
  });

  it('copies the URL, and says so', async () => {
    await open(small);
    await field('w').fill('320');
    await page.getByRole('button', { name: 'Copy URL' }).click();
    await says('#copy-url', 'Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
      `${example.base}/images/hills.jpg?w=320&format=webp`,
    );
  });

  it('shows a hit after a miss, and a purge that makes it none', async () => {
    await open('#hills.jpg?w=401&format=webp');
    await says('.came', 'miss');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await says('.came', 'hit');
    await page.getByRole('button', { name: 'Purge' }).click();
    await hasSaid('Purged. Before: hit. Now: revalidated.');
    expect(await text('.came')).toBe('revalidated');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await says('.came', 'hit');
    await page.getByLabel('mode').selectOption('force');
    await page.getByRole('button', { name: 'Purge' }).click();
    await hasSaid('Purged. Before: hit. Now: miss.');
    const log = await page.locator('.log b').allTextContents();
    expect(log).toEqual(['miss', 'purged', 'hit', 'revalidated', 'purged', 'hit']);
    expect(await text('.fields')).toMatch(/Cache-Status.*ETag.*Cache-Control/);
  });

  it('shows what is wrong in the place of the picture and beside its control', async () => {
    await open(small);
    await field('w').fill('abc');
    const wrong = /^w: "abc" is not allowed; expected .+$/;
    await says('.refusal', wrong);
    expect(await page.locator('.refusal').getAttribute('role')).toBe('alert');
    expect(await page.locator('.picture').isVisible()).toBe(false);
    expect(await text('#parameter-w-wrong')).toMatch(wrong);
    expect(await field('w').getAttribute('aria-invalid')).toBe('true');
    expect(await field('w').getAttribute('aria-describedby')).toBe('parameter-w-wrong');
    await field('w').fill('100');
    await hasSize('100 × 67');
    expect(await page.locator('.refusal').isVisible()).toBe(false);
    expect(await page.locator('.wrong:visible').count()).toBe(0);
  });

  it('opens the group of what is wrong', async () => {
    await open('#hills.jpg?w=100');
    expect(await field('overlay-margin').isVisible()).toBe(false);
    await page.locator('#query').fill('w=100&overlay-margin=5');
    await says('#parameter-overlay-margin-wrong', /^overlay-margin: /);
    expect(await field('overlay-margin').isVisible()).toBe(true);
  });

  it('says what other browsers would get', async () => {
    await open(small);
    await field('format').selectOption('auto');
    const types = () => page.locator('.others tbody td:nth-child(2)').allTextContents();
    await expect.poll(types, patience).toEqual(['AVIF', 'WEBP', 'JPEG']);
    expect(await text('.others .own')).toContain('this browser');
    await field('format').selectOption('png');
    await expect.poll(types, patience).toEqual(['PNG', 'PNG', 'PNG']);
  });

  it('lays one picture of the folder on another, whatever its name is', async () => {
    await open(small);
    await openGroup('Overlay');
    await field('overlay').selectOption(dots);
    await hasSaid(/^300 × 200 pixels/m);
    expect(await address()).toBe('w=300&overlay=/dots%2520%2526%2520100%2525%2520T%25C3%25BCpfel.png&format=webp');
  });

  it('gives what comes out of one stage to the next', async () => {
    await open('#hills.jpg?w=400&format=webp');
    await page.getByRole('button', { name: 'Add a stage' }).click();
    expect(await field('w').inputValue()).toBe('');
    await openGroup('Turn');
    await field('rotate').fill('90');
    await hasSize('267 × 400');
    expect(await address()).toBe('w=400|rotate=90&format=webp');
    await page.getByRole('button', { name: 'Stage 1' }).click();
    expect(await field('w').inputValue()).toBe('400');
    await field('w').fill('200');
    await hasSize('133 × 200');
    expect(await text('#script')).toBe(
      "images.url('/hills.jpg', [\n  { w: 200 },\n  { rotate: 90, format: 'webp' },\n])",
    );
    const images = { url: native().format };
    expect(runInNewContext(String(await text('#script')), { images })).toBe('/hills.jpg?w=200%7Crotate=90&format=webp');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await hasSize('800 × 1200');
    expect(await address()).toBe('rotate=90&format=webp');
  });

  it('makes of a preset what the server says it is, until something else is said', async () => {
    await open(small);
    await field('preset').selectOption('thumb');
    await hasSize('192 × 144');
    expect(await address()).toBe('preset=thumb');
    expect(await text('details[data-group=Output]')).toContain('w=192&h=144&fit=cover');
    await field('h').fill('48');
    await hasSize('192 × 48');
    expect(await address()).toBe('h=48&preset=thumb');
  });

  it('takes a click for the focal point and a drag for the crop', async () => {
    await open('#hills.jpg?w=100&h=100&fit=cover&position=left&format=png');
    const start = page.locator('.plate img');
    await expect.poll(() => sizes(start), patience).toEqual(['480 × 320']);
    await start.scrollIntoViewIfNeeded();
    const plate = await start.boundingBox();
    const at = (x: number, y: number) =>
      [(plate?.x ?? 0) + x * (plate?.width ?? 0), (plate?.y ?? 0) + y * (plate?.height ?? 0)] as const;
    await page.mouse.click(...at(0.83, 0.25));
    await expect.poll(address).toMatch(/^w=100&h=100&fit=cover&fp=0\.8[234],0\.2[456]&format=png$/);
    await page.mouse.move(...at(0.5, 0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.9, 0.7));
    await page.mouse.move(...at(1, 1));
    await page.mouse.up();
    await expect.poll(address).toMatch(/&crop=0\.(49|5|51)\d?,0\.(49|5|51)\d?,0\.(5|49)\d?,0\.(5|49)\d?&format=png$/);
  });

  it('writes what sliders, colours and boxes say', async () => {
    await open('#hills.jpg?w=120');
    for (const group of ['Turn', 'Colour', 'Frame']) await openGroup(group);
    await page.getByLabel('Border, slider').fill('6');
    await page.getByLabel('Border: colour').fill('#ff8800');
    await hasSize('132 × 92');
    await field('grayscale').check();
    await page.getByRole('button', { name: 'Radius: max' }).click();
    await page.getByLabel('Rotate, slider').press('ArrowRight');
    await expect.poll(address).toBe('w=120&border=6,ff8800&grayscale=true&radius=max&rotate=1');
    await field('grayscale').uncheck();
    await expect.poll(address).toBe('w=120&border=6,ff8800&radius=max&rotate=1');
  });

  it('shows what a picture is told to be by format=json, and its colours until it comes', async () => {
    await open(small);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/hills\.jpg\?w=77/, async (route) => {
      await released;
      await route.continue();
    });
    await page.evaluate('location.hash = "hills.jpg?w=77"');
    await page.locator('.view.placeheld').waitFor();
    const ground = page.evaluate('getComputedStyle(document.querySelector(".view")).backgroundImage');
    expect(await ground).toMatch(/^url\("data:image\/webp;base64,/);
    release();
    await hasSize('77 × 51');
    expect(await page.locator('.view.placeheld').count()).toBe(0);
    expect(await text('.about')).toMatch(/1200 × 800.*JPEG.*opaque.*#[\da-f]{6}/);
    await field('format').selectOption('json');
    await says('.json', /"width": 77/);
  });

  it('can be used by keyboard alone, and shows where one is', async () => {
    await open('#hills.jpg?format=auto');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const isAt = (id: string) => page.evaluate(`document.activeElement.id === '${id}'`);
    const tabTo = async (id: string) => {
      for (let presses = 0; presses < 60 && !(await isAt(id)); presses++) {
        await page.keyboard.press('Tab');
        const style = 'getComputedStyle(document.activeElement)';
        expect(await page.evaluate(`${style}.outlineStyle + ${style}.outlineWidth`)).toMatch(/^(solid|auto)[1-9]/);
      }
      expect(await isAt(id)).toBe(true);
    };
    await tabTo('parameter-w');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('250');
    await hasSize('250 × 167');
    await tabTo('again');
    await page.keyboard.press('Enter');
    await says('.came', 'hit');
    await tabTo('purge');
    await page.keyboard.press('Space');
    await hasSaid(/^Purged\. Before: hit\. Now: revalidated\.$/m);
  });

  it('gives every control a name', async () => {
    const nameless = page
      .locator(':is(input, select, textarea, button)')
      .evaluateAll((controls) =>
        controls
          .filter((control) => !control.labels?.length && !control.getAttribute('aria-label') && !control.textContent)
          .map(({ outerHTML }) => outerHTML),
      );
    expect(await nameless).toEqual([]);
  });

  it('fits a narrow telephone, with every group open and a long query', async () => {
    await open(small, { width: 360, height: 740 });
    await page.locator('details').evaluateAll((groups) => groups.map((group) => group.setAttribute('open', '')));
    await page.locator('#query').fill(`w=300&h=200&fit=cover&position=attention&v=${'x'.repeat(64)}&format=webp`);
    await hasSize('300 × 200');
    await expect.poll(() => page.locator('.others tbody tr').count()).toBe(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const [picture, controls] = [page.locator('.view'), page.locator('#controls')];
    const [above, below] = [await picture.boundingBox(), await controls.boundingBox()];
    expect(below?.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
  });

  it.each(['light', 'dark'] as const)('is %s where the system is', async (colorScheme) => {
    await open(small, { colorScheme });
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    const [red = 0] = /\d+/.exec(String(ground)) ?? [];
    expect(Number(red) > 128).toBe(colorScheme === 'light');
  });

  it('puts a file into the folder and shows it', async () => {
    await open('#hills.jpg?format=webp');
    await page.locator('#upload').setInputFiles({
      name: '../in between?.png',
      mimeType: 'image/png',
      buffer: await readFile(join(pictures, dots)),
    });
    await hasSaid('in-between-.png is in the folder.');
    await hasSize('500 × 500');
    expect(await readdir(pictures)).toContain('in-between-.png');
  });

  it('takes what is dropped onto it, and replaces nothing', async () => {
    await open(small);
    const dataTransfer = await page.evaluateHandle(`(async () => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([await (await fetch('/originals/turning.gif')).blob()], 'turning.gif'));
      return transfer;
    })()`);
    await page.dispatchEvent('.view', 'dragover', { dataTransfer });
    expect(await page.locator('body.dropping').count()).toBe(1);
    await page.dispatchEvent('.view', 'drop', { dataTransfer });
    await hasSaid('turning-2.gif is in the folder.');
    expect(await page.locator('body.dropping').count()).toBe(0);
    expect(await readFile(join(pictures, 'turning-2.gif'))).toEqual(await readFile(join(pictures, turning)));
  });

  it.each(['#%', '#nothing.jpg?w=5', '#controls'])('begins with a picture where the address is %s', async (at) => {
    await open(at);
    expect(await address()).toBe('w=800&format=auto');
  });

  it('shows what somebody else has put into the folder when one comes back to the page', async () => {
    await open('#hills.jpg?format=webp');
    await copyFile(join(pictures, dots), join(pictures, 'new.png'));
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await choose('new.png');
    await hasSize('500 × 500');
    expect(await field('overlay').evaluate((list) => list.textContent)).toContain('new.png');
  });

  it('shows the pictures where there is no JavaScript', async () => {
    const plain = await watched({ javaScriptEnabled: false });
    await plain.goto(example.base);
    expect(await plain.locator('.strip a').count()).toBe(3);
    expect(await plain.locator('main').isVisible()).toBe(false);
    const hrefs = plain.locator('.strip a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(await hrefs).toContain('/images/hills.jpg?w=192&h=144&fit=cover&format=auto');
    await plain.context().close();
  });
});

describe('what the page asks of its server', () => {
  const put = async (name: string, body: string | Buffer, site = 'same-origin') => {
    const headers = { 'sec-fetch-site': site };
    const url = `${example.base}/pictures/${encodeURIComponent(name)}`;
    const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(Buffer.from(body)) });
    return { status: response.status, text: await response.text() };
  };
  const before = [hills, dots, turning].sort();

  afterEach(() => removeAllBut(before));

  it.each(['cross-site', 'same-site', 'none'])('takes no file from a page that is %s', async (site) => {
    expect((await put('a.png', 'x', site)).status).toBe(403);
    expect((await readdir(pictures)).sort()).toEqual(before);
  });

  it('takes no file that is too large, and none that is no picture by its name', async () => {
    expect((await put('a.png', Buffer.alloc(25 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await put('a.html', 'x')).status).toBe(415);
    expect((await put('.png', 'x')).status).toBe(415);
    expect((await readdir(pictures)).sort()).toEqual(before);
  });

  it.each([
    ['cat.jpg', 'cat.jpg'],
    ['Grüße.PNG', 'Grüße.PNG'],
    ['../../cat.jpg', 'cat.jpg'],
    ['/etc/cat.jpg', 'etc-cat.jpg'],
    ['.cat.jpg', 'cat.jpg'],
    ['a\0b\n<c>.jpg', 'a-b-c-.jpg'],
    [`${'x'.repeat(200)}.jpg`, `${'x'.repeat(76)}.jpg`],
  ])('keeps %j as %s', async (name, kept) => {
    expect(await put(name, 'x')).toEqual({ status: 201, text: JSON.stringify({ name: kept }) });
    expect(await readdir(pictures)).toContain(kept);
  });

  it('replaces nothing', async () => {
    const bytes = await readFile(join(pictures, hills));
    const answers = await Promise.all([put(hills, 'one'), put(hills, 'two')]);
    expect(answers.map(({ text }) => JSON.parse(text).name).sort()).toEqual(['hills-2.jpg', 'hills-3.jpg']);
    expect(await readFile(join(pictures, hills))).toEqual(bytes);
  });

  it('serves the page with a policy that allows only what is its own', async () => {
    const { headers } = await fetch(example.base);
    expect(headers.get('content-security-policy')).toBe("default-src 'self'; img-src 'self' blob: data:");
  });
});
