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
const mostHosts = 100;

/** Creates the fronts of an endpoint, which hold nothing yet. */
export function createFronts(): Fronts {
  const mounts = new WeakMap<UrlPlan, MountOptions | 'several'>();
  const hosts = new Set<string>();

  return {
    note(plan, mount, headers) {
      const known = mounts.get(plan);
      // Whoever serves one URL in two ways decides between them by something that is not known here.
      if (known !== mount && known !== 'several') mounts.set(plan, known === undefined ? mount : 'several');
      const host = hostOf(headers);
      if (hosts.has(host)) return;
      hosts.add(host);
      const [oldest] = hosts;
      if (hosts.size > mostHosts && oldest !== undefined) hosts.delete(oldest);
    },
    mountOf(plan, headers) {
      const mount = mounts.get(plan);
      if (mount === undefined || mount === 'several') return undefined;
      // What is behind a login goes by it each time.
      return mount.visibility !== 'private' && hosts.has(hostOf(headers)) ? mount : undefined;
    },
  };
}

/** RFC 9113 §8.3.1: `:authority` takes the place of Host. */
function hostOf(headers: HttpHeaders): string {
  return header(headers, ':authority') ?? header(headers, 'host') ?? '';
}
