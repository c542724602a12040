import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  page: [{ index: 'src/index.ts', adapter: 'src/adapter.ts' }, { debug: 'src/debug.ts' }],
  entry: {
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    debug: 'src/debug.ts',
    http: 'src/transport/http.ts',
    schema: 'src/schema.ts',
  },
});
