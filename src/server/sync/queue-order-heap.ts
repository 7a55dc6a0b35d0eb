/** What has the smallest key comes out first. The same item may be in it more than once. */
export class MinHeap<T> {
  private readonly nodes: { key: number; item: T }[] = [];

  peek(): { key: number; item: T } | undefined {
    return this.nodes[0];
  }

  push(key: number, item: T): void {
    const { nodes } = this;
    const node = { key, item };
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = nodes[above];
      if (parent === undefined || parent.key <= key) break;
      nodes[at] = parent;
      at = above;
    }
    nodes[at] = node;
  }

  pop(): { key: number; item: T } | undefined {
    const { nodes } = this;
    const first = nodes[0];
    const moved = nodes.pop();
    if (moved !== undefined && nodes.length > 0) this.sink(moved);
    return first;
  }

  private sink(node: { key: number; item: T }): void {
    const { nodes } = this;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const smaller = keyAt(nodes, right) < keyAt(nodes, left) ? right : left;
      const child = nodes[smaller];
      if (child === undefined || child.key >= node.key) break;
      nodes[at] = child;
      at = smaller;
    }
    nodes[at] = node;
  }
}

const keyAt = (nodes: readonly { key: number }[], index: number) => nodes[index]?.key ?? Infinity;
