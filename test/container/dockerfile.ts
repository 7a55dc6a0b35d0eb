import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './fake-container.ts';

/** One instruction: its lines joined, its comments left out. */
export interface Instruction {
  keyword: string;
  text: string;
}

/** What one COPY takes: from the repository (`from` is null) or from another stage. */
export interface Copy {
  from: string | null;
  sources: string[];
  target: string;
}

/** The image's stages in order, each beginning with its FROM. */
export async function readDockerfile(): Promise<{ content: string; stages: Instruction[][] }> {
  const content = await readFile(join(repository, 'Dockerfile'), 'utf8');
  const joined = content.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  const stages: Instruction[][] = [[]];
  for (const line of joined.split('\n').filter((line) => line.trim() !== '')) {
    const [, keyword = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (keyword === 'FROM') stages.push([]);
    stages.at(-1)!.push({ keyword, text });
  }
  return { content, stages };
}

export function copiesOf(stage: Instruction[]): Copy[] {
  return stage
    .filter(({ keyword }) => keyword === 'COPY')
    .map(({ text }) => {
      const words = text.split(/\s+/);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length) ?? null;
      const paths = words.filter((word) => !word.startsWith('--'));
      return { from, sources: paths.slice(0, -1), target: paths.at(-1)! };
    });
}

/** The environment of the finished image. */
export function environmentOf(stage: Instruction[]): Record<string, string> {
  const pairs = stage
    .filter(({ keyword }) => keyword === 'ENV')
    .flatMap(({ text }) => [...text.matchAll(/(\w+)=("[^"]*"|\S*)/g)]);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.replaceAll('"', '')]));
}

/** Whether .dockerignore keeps a file from the builder; the last pattern that fits it or a folder above it decides. */
export async function readIgnored(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n');
  const rules = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: toRegExp(line.replace(/^!/, '')) }));
  return (path) => {
    const parts = path.split('/');
    const above = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
    const decides = rules.findLast(({ pattern }) => above.some((name) => pattern.test(name)));
    return decides !== undefined && !decides.keeps;
  };
}

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]]/g, String.raw`\$&`)
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?');
  return new RegExp(`^${source}$`);
}
