export { heapGuideRegistry, parseRegistry } from '@tracklayer/core';
