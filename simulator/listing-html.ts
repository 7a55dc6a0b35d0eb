import { yearFirst } from './times.ts';

export interface HtmlFile {
  name: string;
  sizeBytes: number;
  endedLocal: Date;
}

export interface HtmlFolder {
  name: string;
  changedLocal: Date;
}

export interface FolderPage {
  /** `/DCIM/Movie`; the root is `/`. */
  path: string;
  folders: readonly HtmlFolder[];
  files: readonly HtmlFile[];
}

/** The server's own folder page (camera.md 1.6): rounded sizes, and a Remove link that deletes at once. */
export function folderHtml({ path, folders, files }: FolderPage): string {
  const base = path === '/' ? '' : path;
  const rows = [
    ...folders.map((folder) => folderRow(base, folder)),
    ...files.map((file) => fileRow(base, file)),
  ];
  const forms = path === '/' ? uploadForms : '';
  const table = `<table cellpadding=5>\n<th>Filename<th>Filesize<th>Filetime\n${rows.join('')}</table>\n`;
  return `<html><body>\n${table}${forms}</body></html>\n`;
}

const uploadForms = [1, 2]
  .map((number) => {
    const action = number === 1 ? '/' : '/?custom=1';
    const input = `<input type="file" name="fileupload${number}"><input type="submit" value="Upload">`;
    return `<form action="${action}" method="post" enctype="multipart/form-data">${input}</form>\n`;
  })
  .join('');

function folderRow(base: string, { name, changedLocal }: HtmlFolder): string {
  const link = `<a href="${href(base, name)}"><b>${name}</b></a>`;
  return `<tr><td>${link}<td align=center><i>folder</i><td align=right>${yearFirst(changedLocal)}\n`;
}

function fileRow(base: string, { name, sizeBytes, endedLocal }: HtmlFile): string {
  const link = `<a href="${href(base, name)}"><b>${name}</b></a>`;
  const facts = `<td align=right>${roundedSize(sizeBytes)}<td align=right>${yearFirst(endedLocal)}`;
  return `<tr><td>${link}${facts}\n<tr><td><a href="${href(base, name)}?del=1">Remove</a>\n`;
}

function href(base: string, name: string): string {
  return `${base}/${name}`;
}

/** `133.08 MB`: two decimals in units of 1024; never a byte count. */
export function roundedSize(sizeBytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'] as const;
  const power = sizeBytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(sizeBytes) / 10));
  const number = power === 0 ? String(sizeBytes) : (sizeBytes / 1024 ** power).toFixed(2);
  return `${number} ${units[power] ?? 'GB'}`;
}
