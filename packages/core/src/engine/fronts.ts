import type { HttpHeaders } from '../http/message.ts';
import { header } from '../http/message.ts';
import type { MountOptions } from '../http/mount.ts';
import type { UrlPlan } from './url-plans.ts';

/** What may be answered in front of an application: what it has brought to us itself, in one way alone. */
export interface Fronts {
  /** Notes that the application has brought a request. */
  note(plan: UrlPlan, mount: MountOptions, headers: HttpHeaders): void;
  /** The options of the mount by which all requests for a plan have come; undefined where the application must be asked. */
  mountOf(plan: UrlPlan, headers: HttpHeaders): MountOptions | undefined;
}

/** Clients name hosts, so that there is no end to them. */
const mostHosts = 8;
const longestHost = 255;

interface Front {
  readonly mount: MountOptions;
  /** By which the application has been asked for it. */
  readonly hosts: Set<string>;
}

/** Creates the fronts of an endpoint, which hold nothing yet. */
export function createFronts(): Fronts {
  const fronts = new WeakMap<UrlPlan, Front | 'several'>();

  return {
    note(plan, mount, headers) {
      const front = fronts.get(plan);
      if (front === 'several') return;
      const host = hostOf(headers);
      if (front === undefined) fronts.set(plan, { mount, hosts: new Set([host]) });
      // Whoever serves one URL in two ways decides between them by something that is not known here.
      else if (front.mount !== mount) fronts.set(plan, 'several');
      else if (front.hosts.size < mostHosts && host.length <= longestHost) front.hosts.add(host);
    },
    mountOf(plan, headers) {
      const front = fronts.get(plan);
      if (front === undefined || front === 'several') return undefined;
      // What is behind a login goes by it each time.
      return front.mount.visibility !== 'private' && front.hosts.has(hostOf(headers)) ? front.mount : undefined;
    },
  };
}

/** RFC 9113 §8.3.1: `:authority` takes the place of Host. */
function hostOf(headers: HttpHeaders): string {
  return header(headers, ':authority') ?? header(headers, 'host') ?? '';
}
