export { createIndexer, indexAll, type Indexer, type IndexerOptions } from './indexer.ts';
export { search, type SearchRequest } from './search.ts';
