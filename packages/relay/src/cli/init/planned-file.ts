/** A file that a project gets. */
export interface PlannedFile {
  /** From the project's folder, with slashes. */
  path: string;
  text: string;
  /** Its purpose, in a few words. */
  what: string;
}

/** Lines for a file that exists, which its developer adds. */
export interface ByHand {
  where: string;
  lines: readonly string[];
}

/** Where the registry is; server, page and test read it from here. */
export const registryFile = 'tracklayer.registry.json';
