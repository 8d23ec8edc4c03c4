/** What a session can be written out as. */
export type ExportKind = 'slopes' | 'findings' | 'report' | 'json' | 'sarif' | 'junit' | 'markdown';

/** A file to be saved under a new name. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
