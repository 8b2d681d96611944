/** A file, or a folder with what is in it. */
export interface FileNode {
  /** The whole path; of a folder that of its last segment. */
  readonly pointer: string;
  /** What stands in the line; of folders that hold nothing but one folder, all their names: `src/orders`. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly children: readonly FileNode[];
}

/** Files as folders, below the folder that holds all of them. */
export interface FileTree {
  /** `/app`; the empty string when the files share none. */
  readonly root: string;
  readonly nodes: readonly FileNode[];
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, string>;
}

/** The tree of these paths: folders first, both by name. */
export function buildFileTree(paths: readonly string[]): FileTree {
  const split = paths.map((path) => ({ path, segments: segmentsOf(path) }));
  const shared = sharedFolder(split.map(({ segments }) => segments));
  const top: Folder = newFolder();
  for (const { path, segments } of split) {
    let folder = top;
    for (const name of segments.slice(shared.length, -1)) {
      let next = folder.folders.get(name);
      if (next === undefined) folder.folders.set(name, (next = newFolder()));
      folder = next;
    }
    folder.files.set(segments.at(-1) ?? path, path);
  }
  const root = shared.join('');
  return { root: withoutEnd(root), nodes: nodesOf(top, root) };
}

/** The folders above a file, the outermost first, as they stand in the tree. */
export function foldersAbove(nodes: readonly FileNode[], path: string): string[] {
  for (const node of nodes) {
    if (node.pointer === path) return [];
    if (node.kind === 'file' || !path.startsWith(node.pointer)) continue;
    const below = foldersAbove(node.children, path);
    if (below.length > 0 || node.children.some((child) => child.pointer === path)) {
      return [node.pointer, ...below];
    }
  }
  return [];
}

/** One visible line of the tree. */
export interface FileRow {
  readonly node: FileNode;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  /** Null for a file. */
  readonly isOpen: boolean | null;
}

/** The lines that are visible while `open` holds the opened folders. */
export function visibleFiles(nodes: readonly FileNode[], open: ReadonlySet<string>, level = 1): FileRow[] {
  return nodes.flatMap((node, index) => {
    const isOpen = node.kind === 'folder' ? open.has(node.pointer) : null;
    const row = { node, level, position: index + 1, siblings: nodes.length, isOpen };
    return isOpen === true ? [row, ...visibleFiles(node.children, open, level + 1)] : [row];
  });
}

/** What is open when the tree is first shown: everything of a small one, else only the way down to the first choice. */
export function initiallyOpenFolders(nodes: readonly FileNode[], maxRows = 40): Set<string> {
  const open = new Set<string>();
  let level = nodes.filter(({ kind }) => kind === 'folder');
  let rows = nodes.length;
  while (level.length > 0) {
    for (const folder of level) {
      if (rows + folder.children.length > maxRows && level.length > 1) continue;
      rows += folder.children.length;
      open.add(folder.pointer);
    }
    level = level
      .filter((folder) => open.has(folder.pointer))
      .flatMap(({ children }) => children.filter(({ kind }) => kind === 'folder'));
  }
  return open;
}

function newFolder(): Folder {
  return { folders: new Map(), files: new Map() };
}

/** Each segment with the separator behind it, so that joined they are the path again. */
function segmentsOf(path: string): string[] {
  return path.match(/^[a-z][a-z0-9+.-]*:\/+|[^\\/]*[\\/]+|[^\\/]+$/gi) ?? [path];
}

function sharedFolder(all: readonly (readonly string[])[]): string[] {
  const [first = []] = all;
  let length = first.length - 1;
  for (const segments of all) {
    length = Math.min(length, segments.length - 1);
    const differs = segments.findIndex((name, index) => index < length && name !== first[index]);
    if (differs !== -1) length = differs;
  }
  return first.slice(0, Math.max(0, length));
}

function nodesOf(folder: Folder, path: string): FileNode[] {
  const folders = [...folder.folders].map(([name, inner]) => compact(name, path + name, inner));
  const files = [...folder.files].map(([name, pointer]): FileNode => ({
    pointer,
    name,
    kind: 'file',
    children: [],
  }));
  return [...folders.toSorted(byName), ...files.toSorted(byName)];
}

function compact(name: string, path: string, folder: Folder): FileNode {
  const [only, ...others] = folder.folders;
  if (only !== undefined && others.length === 0 && folder.files.size === 0) {
    return compact(name + only[0], path + only[0], only[1]);
  }
  return {
    pointer: path,
    name: withoutEnd(name),
    kind: 'folder',
    children: nodesOf(folder, path),
  };
}

function byName(a: FileNode, b: FileNode): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

function withoutEnd(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') : path;
}
