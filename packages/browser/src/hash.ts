export { createTraitHasher, type TraitHasherOptions } from './identity/trait-hasher.ts';
