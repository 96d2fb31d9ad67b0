export { createIndexer, indexAll, type Indexer, type IndexerOptions } from './indexer.ts';
export { NameMemory } from './name-memory.ts';
export { search } from './search.ts';
