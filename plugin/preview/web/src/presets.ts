/** Values to begin with. */

import full from './presets/full-platform.yaml?raw';
import high from './presets/high-availability.yaml?raw';
import k3s from './presets/k3s.yaml?raw';
import minimal from './presets/minimal.yaml?raw';
import openshift from './presets/openshift.yaml?raw';

export interface Preset {
  id: string;
  title: string;
  text: string;
  openshift: boolean;
}

export const presets: Preset[] = [
  { id: 'minimal', title: 'Minimal', text: minimal, openshift: false },
  { id: 'high-availability', title: 'High availability', text: high, openshift: false },
  { id: 'full-platform', title: 'Full platform', text: full, openshift: false },
  { id: 'openshift', title: 'OpenShift', text: openshift, openshift: true },
  { id: 'k3s', title: 'k3s', text: k3s, openshift: false },
];
