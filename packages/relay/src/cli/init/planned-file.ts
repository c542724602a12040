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
  /** A command that comes before it. */
  command?: string;
}

/** Stands in a text for the development key, which is made when the files are written. */
export const keyPlace = '<key>';

/** Where the registry is; server, page and test read it from here. */
export const registryFile = 'tracklayer.registry.json';
