/** What the installation will be, and the commands that make it. */

import type { ComponentChildren } from 'preact';
import { announceError, copy } from './actions.ts';
import { byPlace, title } from './groups.ts';
import type { Summary as Facts } from './protocol.ts';
import { about, namespace, openshift, release, stale, summary } from './state.ts';

export function Summary() {
  const facts = summary.value;
  if (!facts) return <p class="empty">Nothing yet.</p>;
  return (
    <div class="summary">
      <dl class="tiles">
        <Tile name="Pods" value={String(facts.totals.pods)} />
        <Tile name="CPU requested" value={cpu(facts.totals.requests.cpu)} />
        <Tile name="Memory requested" value={bytes(facts.totals.requests.memory)} />
        <Tile
          name="Volumes"
          value={bytes(facts.volumes.reduce((sum, volume) => sum + volume.size * volume.count, 0))}
        />
      </dl>
      <Verdicts facts={facts} />
      <Commands facts={facts} />
      <Part name="Web pages" isEmpty={facts.urls.length === 0} empty="None outside the cluster.">
        <Table name="Web pages" head={['Address', 'By']}>
          {facts.urls.map(({ url, by }) => (
            <tr key={url}>
              <td class="mono">{url}</td>
              <td>{by}</td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part name="Secrets" isEmpty={facts.secrets.length === 0} empty="None is needed.">
        <Table name="Secrets" head={['Secret', 'Keys', 'Who makes it']}>
          {facts.secrets.map(({ name, keys, given }) => (
            <tr key={name}>
              <td class="mono">{name}</td>
              <td class="mono">{keys.join(', ') || 'all'}</td>
              <td>{given ? 'You, before the installation' : 'Helm, at the first installation'}</td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part name="Pods" isEmpty={facts.pods.length === 0} empty="None.">
        <Table name="Pods" head={['Component', 'Made by', 'Pods', 'CPU each', 'Memory each']}>
          {facts.pods
            .toSorted((a, b) => byPlace(a.component, b.component))
            .map((pods) => (
              <tr key={`${pods.kind}/${pods.name}`}>
                <td>{title(pods.component)}</td>
                <td>{pods.kind}</td>
                <td class="number">{pods.most === pods.count ? pods.count : `${pods.count} to ${pods.most}`}</td>
                <td class="number">{cpu(pods.requests.cpu)}</td>
                <td class="number">{bytes(pods.requests.memory)}</td>
              </tr>
            ))}
        </Table>
      </Part>
      <Part
        name="Volumes"
        isEmpty={facts.volumes.length === 0}
        empty="None: nothing outlives its pod but what is in the object store."
      >
        <Table name="Volumes" head={['Component', 'Volume', 'Count', 'Size', 'StorageClass']}>
          {facts.volumes.map((volume) => (
            <tr key={`${volume.component}/${volume.name}`}>
              <td>{title(volume.component)}</td>
              <td class="mono">{volume.name}</td>
              <td class="number">{volume.count}</td>
              <td class="number">{bytes(volume.size)}</td>
              <td>{volume.class || "the cluster's default"}</td>
            </tr>
          ))}
        </Table>
      </Part>
      <Part name="Ports" isEmpty={facts.ports.length === 0} empty="None.">
        <Table name="Ports" head={['Service', 'Port', 'Name', 'Type']}>
          {facts.ports.map((port) => (
            <tr key={`${port.service}:${port.port}`}>
              <td class="mono">{port.service}</td>
              <td class="number">{port.node_port ? `${port.port} (node ${port.node_port})` : port.port}</td>
              <td>{port.name}</td>
              <td>{port.type === 'None' ? 'headless' : port.type}</td>
            </tr>
          ))}
        </Table>
      </Part>
    </div>
  );
}

const Tile = ({ name, value }: { name: string; value: string }) => (
  <div class="tile">
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

function Verdicts({ facts }: { facts: Facts }) {
  const [refusal] = facts.openshift;
  const count = facts.pods.length;
  const all = count === 1 ? 'The one kind of pod is' : `All ${count} kinds of pods are`;
  return (
    <ul class="verdicts">
      <Verdict
        isGood={!stale.value}
        name="Pod Security restricted"
        text={
          stale.value ? 'Unknown until the mistakes are mended.' : `${all} admitted, with read-only root file systems.`
        }
      />
      <Verdict
        isGood={!refusal && !stale.value}
        name="OpenShift restricted-v2"
        text={
          refusal
            ? `Refused: ${refusal}${facts.openshift.length > 1 ? `, and ${facts.openshift.length - 1} more` : ''}.`
            : `${all} admitted under any UID${openshift.value ? '' : '; on OpenShift users and groups are left out'}.`
        }
      />
    </ul>
  );
}

const Verdict = ({ isGood, name, text }: { isGood: boolean; name: string; text: string }) => (
  <li class={isGood ? 'good' : 'bad'}>
    <span class="sign" aria-hidden="true">
      {isGood ? '✓' : '!'}
    </span>
    <div>
      <strong>{name}</strong>
      <div>{text}</div>
    </div>
  </li>
);

export const installCommand = (): string => {
  const chart = about.value ? `${about.value.name}-${about.value.version}.tgz` : 'chart';
  return `helm install ${release.value} ${chart} \\\n  --namespace ${namespace.value} --create-namespace \\\n  --values values.yaml --post-renderer sparkwasm`;
};

function Commands({ facts }: { facts: Facts }) {
  const secrets = facts.secrets.filter(({ given, keys }) => given && keys.length > 0);
  const lines = secrets.map(
    ({ name, keys }) =>
      `kubectl create secret generic ${name} --namespace ${namespace.value} \\\n${keys.map((key) => `  --from-literal=${key}=…`).join(' \\\n')}`,
  );
  return (
    <section>
      <h2>Install</h2>
      {lines.length > 0 && (
        <Command
          text={[
            ...(namespace.value === 'default' ? [] : [`kubectl create namespace ${namespace.value}`]),
            ...lines,
          ].join('\n')}
          label="Copy the commands that make the Secrets"
        />
      )}
      <Command text={installCommand()} label="Copy the helm command" />
    </section>
  );
}

const Command = ({ text, label }: { text: string; label: string }) => (
  <div class="command">
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
    <pre tabIndex={0}>{text}</pre>
    <button type="button" aria-label={label} onClick={() => announceError(() => copy(text, 'Copied'))}>
      Copy
    </button>
  </div>
);

const Part = ({
  name,
  isEmpty,
  empty,
  children,
}: {
  name: string;
  isEmpty: boolean;
  empty: string;
  children: ComponentChildren;
}) => (
  <section>
    <h2>{name}</h2>
    {isEmpty ? <p class="hint">{empty}</p> : children}
  </section>
);

const Table = ({ name, head, children }: { name: string; head: string[]; children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section class="table" tabIndex={0} aria-label={name}>
    <table>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

const cpu = (count: number): string =>
  count < 1 ? `${Math.round(count * 1000)}m` : String(Math.round(count * 100) / 100);

function bytes(count: number): string {
  if (count === 0) return '0';
  const units = ['B', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  const power = Math.min(Math.floor(Math.log2(count) / 10), units.length - 1);
  return `${Math.round((count / 1024 ** power) * 10) / 10} ${units[power]}`;
}
