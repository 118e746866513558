/** The paths below which an endpoint answers: purges of whole URLs are stripped of them. */
export interface Mounts {
  /** Notes where a request came in. */
  note(mount: string): void;
  all(): readonly string[];
}

/** A mount may hold parameters, so that there is no end to them. */
const mostNoted = 100;

/** Creates the mounts of an endpoint: those that are configured, and those that requests come by. */
export function createMounts(configured: readonly string[]): Mounts {
  const noted = new Set<string>();
  return {
    note(mount) {
      if (noted.has(mount)) return;
      noted.add(mount);
      const [oldest] = noted;
      if (noted.size > mostNoted && oldest !== undefined) noted.delete(oldest);
    },
    all: () => [...new Set([...configured, ...noted])],
  };
}
