// `pnpm bench:faults [node|browser] [words of a scenario]`: what becomes of captures, fault by fault.
import { answerScenarios, type NodeScenario } from './node-scenarios.ts';
import { onNodeStage } from './node-stage.ts';
import { isKept, type Outcome } from './outcome.ts';
import { printOutcomes } from './print-outcomes.ts';
import { processScenarios } from './process-scenarios.ts';

const [part = 'all', wanted = ''] = process.argv.slice(2);
const nodeAtOnce = 8;

/** So many at once; outcomes in the order of the scenarios. */
async function play(scenarios: Readonly<Record<string, NodeScenario>>, atOnce: number): Promise<Outcome[]> {
  const waiting = Object.entries(scenarios).filter(([name]) => name.includes(wanted));
  const names = waiting.map(([name]) => name);
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      outcomes.push(await onNodeStage(...next));
      process.stderr.write('.');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  process.stderr.write('\n');
  return outcomes.toSorted((a, b) => names.indexOf(a.scenario) - names.indexOf(b.scenario));
}

const outcomes: Outcome[] = [];
if (part !== 'browser') {
  const node = await play({ ...answerScenarios, ...processScenarios }, nodeAtOnce);
  printOutcomes('Node', node);
  outcomes.push(...node);
}
process.exitCode = outcomes.every(isKept) ? 0 : 1;
