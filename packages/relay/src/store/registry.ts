import type { RegistryEntry } from '@tracklayer/core';

/** Registries, every version of them (docs/wire.md W-32). */
export interface RegistryStore {
  /** Returns the registry in force: the newest version; version 0 without entries before the first. */
  registry(environment: string): Promise<RegistryVersion>;
  /** Returns one version of the registry, or nothing: all of them are kept. */
  registryVersion(environment: string, version: number): Promise<RegistryVersion | undefined>;
  /** Returns the versions of the registry, newest first. */
  registryVersions(environment: string, page: VersionPage): Promise<readonly VersionSummary[]>;
  /** Appends a version; nothing that was there changes. Returns its number, or nothing when another came first. */
  putRegistry(environment: string, registry: NewRegistry): Promise<number | undefined>;
}

export interface RegistryVersion {
  /** Counts up from 1. */
  version: number;
  entries: readonly RegistryEntry[];
}

/** One version of a registry, without its entries. */
export interface VersionSummary {
  version: number;
  /** How many entries it has. */
  entries: number;
  /** When it was put, ISO-8601. */
  at: string;
}

export interface VersionPage {
  /** Only versions below this one. Default: from the newest. */
  before?: number | undefined;
  limit: number;
}

export interface NewRegistry {
  /** The version this one was based on. */
  replaces: number;
  entries: readonly RegistryEntry[];
  /** Our clock, in milliseconds since 1970. */
  at: number;
}
