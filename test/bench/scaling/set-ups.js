const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** What every set-up is, unless it says otherwise. */
export const standard = {
  seed: 1,
  pictures: 5000,
  widths: 8,
  exponent: 1,
  /** Bytes; half of all are smaller. */
  originalMedian: 1.2e6,
  derivativeMedian: 30_000,
  /** Requests of users a second, in all. */
  rate: 200,
  purgesPerHour: 120,
  /** Share of purges after which the content is another one. */
  changed: 0.5,
  /** Seconds. */
  lifetime: 3600,
  originTime: 0.1,
  renderTime: 0.2,
  processes: 3,
  /** Which share their files. */
  perMachine: 1,
  /** `random`, or `path`: all requests for one original go to one process. */
  balancer: 'random',
  memory: 256 * mebibyte,
  store: 'redis',
  storeBytes: 4 * gibibyte,
  /** Whether copies of the originals are stored. */
  copies: false,
  lock: true,
  /** 0: no CDN. */
  edges: 0,
  edgeBytes: gibibyte,
  shield: false,
  event: 'nothing',
  warmUp: 200_000,
  requests: 400_000,
};

const none = { store: 'none' };
const files = { store: 'files', storeBytes: 10 * gibibyte };
const redis = { store: 'redis' };

const storesOf = (processes, rest = {}) => [
  [`${processes}, memory alone`, { processes, ...none, ...rest }],
  [`${processes}, files on each machine`, { processes, ...files, perMachine: processes === 10 ? 2 : 1, ...rest }],
  [`${processes}, one Redis`, { processes, ...redis, ...rest }],
];

const cdn = (edges, shield) => ({ edges, shield });
const mebibytes = (count) => `${count} MiB`;
const gibibytes = (count) => `${count} GiB`;
const minute = { requests: 60 * standard.rate };
/** A page of twenty pictures that everybody has open. */
const front = { pictures: 20, rate: 2000, warmUp: 20_000, requests: 120_000, event: 'allChanged' };

/** The tables: each a question, and the set-ups that answer it. */
export const tables = [
  {
    name: 'stores',
    title: 'Processes and stores',
    rows: [...storesOf(1), ...storesOf(3), ...storesOf(10)],
  },
  {
    name: 'flat',
    title: 'The same with flatter traffic: exponent 0.8',
    rows: [...storesOf(1, { exponent: 0.8 }), ...storesOf(3, { exponent: 0.8 }), ...storesOf(10, { exponent: 0.8 })],
  },
  {
    name: 'memory',
    title: 'Memory of each of three processes',
    rows: [64, 256, 1024].flatMap((count) => [
      [`${mebibytes(count)}, memory alone`, { memory: count * mebibyte, ...none }],
      [`${mebibytes(count)}, one Redis`, { memory: count * mebibyte }],
    ]),
  },
  {
    name: 'redis',
    title: 'Redis, with and without copies of the originals',
    rows: [
      ...[0.5, 1, 2, 4].map((count) => [gibibytes(count), { storeBytes: count * gibibyte }]),
      ...[2, 4, 16].map((count) => [`${gibibytes(count)}, copies`, { storeBytes: count * gibibyte, copies: true }]),
    ],
  },
  {
    name: 'cdn',
    title: 'A CDN in front of three processes and one Redis',
    rows: [
      ['none', {}],
      ['4 locations', cdn(4, false)],
      ['16 locations', cdn(16, false)],
      ['16 locations, shield', cdn(16, true)],
      ['16 locations, shield, memory alone', { ...cdn(16, true), ...none }],
    ],
  },
  {
    name: 'balancer',
    title: 'What the balancer goes by: ten processes',
    rows: [
      ['random, memory alone', { processes: 10, ...none }],
      ['by path, memory alone', { processes: 10, ...none, balancer: 'path' }],
      ['random, one Redis', { processes: 10 }],
      ['by path, one Redis', { processes: 10, balancer: 'path' }],
    ],
  },
  {
    name: 'restart',
    title: 'The minute after all ten processes were restarted',
    rows: [
      ['random, memory alone', { processes: 10, ...none, ...minute, event: 'restart' }],
      ['by path, memory alone', { processes: 10, ...none, ...minute, balancer: 'path', event: 'restart' }],
      ['random, one Redis', { processes: 10, ...minute, event: 'restart' }],
    ],
  },
  {
    name: 'lock',
    title: 'The minute after the twenty originals of a page have changed, at 2,000 requests a second',
    rows: [1, 3, 10].flatMap((processes) => [
      [`${processes}, lock`, { processes, ...front }],
      [`${processes}, no lock`, { processes, ...front, lock: false }],
    ]),
  },
  {
    name: 'lifetime',
    title: 'Lifetimes: three processes',
    rows: [300, 3600, 86_400].flatMap((lifetime) => [
      [`${lifetime} s, one Redis`, { lifetime }],
      [`${lifetime} s, one Redis without the lock`, { lifetime, lock: false }],
    ]),
  },
];
