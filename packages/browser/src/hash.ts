export { createTraitHasher, type TraitHasherOptions } from './identity/trait-hasher.ts';
export { hashTraits, sha256Hex } from '@tracklayer/core';
