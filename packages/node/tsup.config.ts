import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'node',
  entry: {
    index: 'src/index.ts',
    heap: 'src/heap/heap.ts',
    'heap-connect': 'src/heap/connect.ts',
    'http-kit': 'src/http/http-kit.ts',
    phone: 'src/phone.ts',
  },
});
