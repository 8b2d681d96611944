/** A call of the store's thread. Reads run at once, writes in the next group. */
export interface Call<Run> {
  readonly access: 'read' | 'write';
  readonly run: Run;
}

export function read<Run>(run: Run): Call<Run> {
  return { access: 'read', run };
}

export function write<Run>(run: Run): Call<Run> {
  return { access: 'write', run };
}
