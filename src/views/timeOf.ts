import * as vscode from 'vscode';

/** "17:04" in the user's language; with the day, when that was not today. */
export function timeOf(moment: Date): string {
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString(vscode.env.language, {
    ...(isToday ? {} : { dateStyle: 'medium' }),
    timeStyle: 'short',
  });
}
