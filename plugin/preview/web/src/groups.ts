/** The order in which components are shown; others follow by name. */

const order = [
  'configuration',
  'client',
  'master',
  'worker',
  'history-server',
  'hive-metastore',
  'hive-metastore-db',
  'airflow',
  'mlflow',
  'ingress',
  'network-policy',
  'rbac',
];

const place = (component: string): number => {
  const exact = order.indexOf(component);
  if (exact >= 0) return exact;
  const start = order.findIndex((name) => component.startsWith(`${name}-`));
  return start >= 0 ? start + 0.5 : order.length;
};

export const byPlace = (a: string, b: string): number => place(a) - place(b) || a.localeCompare(b);

/** `history-server` as people write it. */
export const title = (component: string): string => {
  if (component.length <= 4) return component.toUpperCase();
  const words = component.replaceAll('-', ' ') || 'other';
  return words[0]?.toUpperCase() + words.slice(1);
};
