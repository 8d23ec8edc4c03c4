import type { AuditTables } from '../findings/audit';
import { describeModel } from './describeModel';
import { scaledColumn, scaledOutput } from './computeSlopes';
import { exactRow } from './exactRow';
import type { Connection, SessionState } from './sessionState';

/** Our slopes of one output at the rows given, in every unit an audit compares with; from the float64 reference. */
export function auditTables(
  session: SessionState,
  output: number,
  rows: Uint32Array,
  theirs: readonly Float64Array[],
): AuditTables {
  const { inputs, outputs } = describeModel(session);
  const connection = session.connected();
  const before = session.seen({ logOdds: true });
  const exact = slopesOf(session, connection, output, rows);
  return {
    inputs: inputs.map(({ name }) => name),
    output: outputs[output]!.name,
    rows,
    theirs,
    ours: exact.original,
    model: exact.model,
    ...(before === connection ? {} : { beforeLast: slopesOf(session, before, output, rows) }),
    y: exact.y,
  };
}

function slopesOf(session: SessionState, { network, binding }: Connection, output: number, rows: Uint32Array) {
  const columns = binding.inputs.map(scaledColumn);
  const scaled = scaledOutput(binding.outputs[output]!.scaling);
  const original: Float64Array[] = [];
  const model: Float64Array[] = [];
  const y = new Float64Array(rows.length);
  rows.forEach((row, place) => {
    const { forecasts, slopes } = exactRow(network, binding, session.switched, row, [output]);
    const forecast = forecasts[output]!;
    const line = slopes[0]!;
    original.push(line);
    model.push(
      line.map((slope, input) => {
        const column = columns[input]!;
        return (slope * scaled.modelPerOriginal(forecast)) / column.modelPerOriginal(column.at(row));
      }),
    );
    y[place] = scaled.toModel(forecast);
  });
  return { original, model, y };
}
