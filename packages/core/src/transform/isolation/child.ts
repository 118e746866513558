import { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { deserialize } from 'node:v8';
import sharp from 'sharp';
import { render } from '../render.ts';
import { encodeFailure } from './failure.ts';
import { createMessageReader, messageKind, send } from './messages.ts';
import { childThreads, type SentJob } from './sent-job.ts';

/**
 * A process that renders what it is sent on file descriptor 3, one picture at a time. It lives as long as whoever holds
 * the other end.
 */

/** The loaders that our own header probe knows. Paths have none: sharp sees only bytes. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`);
/** Those of optional types, which are there only for a job that has one. */
const optional = { svg: 'VipsForeignLoadSvgBuffer', tiff: 'VipsForeignLoadTiffBuffer' } as const;

// Who answers hits comes first. Threads that are not there yet have the priority of this one.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

sharp.cache(false);
sharp.concurrency(childThreads);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: loaders });

// A terminal and a service manager signal all processes of a group; who drains ends its children itself.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const read = createMessageReader(0xffff_ffff);
let job: SentJob | undefined;
let bytes: Buffer[] = [];

/** One for all reads: Node would allocate one for each 64 KiB of an original. */
const chunk = Buffer.alloc(1024 * 1024);
const options = { fd: 3, onread: { buffer: chunk, callback: hear } };
const socket = new Socket(options);

// Not `exit`, which would wait for a render under way.
const end = (): void => void process.kill(process.pid, 'SIGKILL');
socket.on('end', end).on('error', end).on('close', end);

async function make({ image, plan, limits, overlays, timeout, reports }: SentJob, [original, ...laid]: Buffer[]) {
  for (const [type, loader] of Object.entries(optional)) {
    const isNeeded = [image, ...overlays].some(({ format }) => format === type);
    sharp[isNeeded ? 'unblock' : 'block']({ operation: [loader] });
  }
  const pictures = overlays.map((each, index) => ({ image: each, bytes: laid[index] ?? Buffer.alloc(0) }));
  const timer = reports === undefined ? undefined : setInterval(report, reports);
  try {
    const made = await render(original ?? Buffer.alloc(0), image, plan, limits, pictures, timeout);
    send(socket, messageKind.made, made);
  } catch (error) {
    send(socket, messageKind.failed, encodeFailure(error));
  } finally {
    clearInterval(timer);
  }
}

function report(): void {
  send(socket, messageKind.resident, Buffer.from(String(process.memoryUsage.rss())));
}

function hear(length: number): boolean {
  for (const { kind, payload } of read(chunk.subarray(0, length))) {
    if (kind === messageKind.job) job = deserialize(payload) as SentJob;
    else bytes.push(payload);
    if (job === undefined || bytes.length <= job.overlays.length) continue;
    const [asked, given] = [job, bytes];
    job = undefined;
    bytes = [];
    // It catches everything itself.
    void make(asked, given);
  }
  return true;
}

send(socket, messageKind.ready, Buffer.alloc(0));
