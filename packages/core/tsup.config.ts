import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  page: { index: 'src/index.ts', adapter: 'src/adapter.ts' },
  entry: {
    index: 'src/index.ts',
    adapter: 'src/adapter.ts',
    http: 'src/transport/http.ts',
    schema: 'src/schema.ts',
  },
});
