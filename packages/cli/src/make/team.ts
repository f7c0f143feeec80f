/** The catalogue's text, with the team in it. */
export function withTeam(catalog: string, team: string, description: string): string {
  if (new RegExp(`^kind: Group\\nmetadata:\\n  name: ${team}$`, "m").test(catalog)) return catalog;
  return `${catalog.trimEnd()}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: ${team}
  description: ${description}
spec:
  type: team
  children: []
`;
}
