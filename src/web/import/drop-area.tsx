import type { ReactNode } from 'react';
import { useDropzone } from 'react-dropzone';
import classes from './drop-area.module.css';
import { plainPath, type Chosen } from './upload-plan.ts';

/** Takes folders and files that are dropped on it; what is in it, is shown in it. */
export function DropArea({
  onChoose,
  children,
}: {
  onChoose: (files: Chosen[]) => void;
  children: ReactNode;
}) {
  const { getRootProps, isDragActive } = useDropzone({
    // The buttons within choose files; a press beside them is none.
    noClick: true,
    noKeyboard: true,
    onDrop: (files) => onChoose(files.map((file) => ({ path: droppedPath(file), file }))),
  });
  return (
    <div
      {...getRootProps({ className: classes.area ?? '', tabIndex: -1 })}
      data-over={isDragActive || undefined}
    >
      {children}
    </div>
  );
}

/** The library notes beside a file where in the dropped folder it lay. */
function droppedPath(file: File): string {
  return plainPath('path' in file && typeof file.path === 'string' ? file.path : file.name);
}
