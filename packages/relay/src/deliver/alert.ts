/** A destination began to be, or is no longer, in trouble. */
export interface Alert {
  environment: string;
  destination: string;
  /**
   * `down`: five batches in a row of which nothing arrived. `auth_broken`, `config`: it waits for somebody.
   * `backlog`: its oldest due event waits for more than ten minutes. `sunset`: its API version ends within 60 days.
   */
  kind: 'down' | 'auth_broken' | 'config' | 'backlog' | 'sunset';
  state: 'began' | 'ended';
  /** Why, in words. */
  detail: string;
}
