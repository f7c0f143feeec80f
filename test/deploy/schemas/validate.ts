import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { textAt } from "../../repository/documents.ts";
import { idOf } from "../kustomize/render.ts";
import type { Resource } from "../kustomize/render.ts";
import { findUnread } from "./unread.ts";

/** The kinds that we use, each of which checks itself against its schema. Others are refused. */
const MODELS: Readonly<Record<string, new (...args: never[]) => object>> = {
  "apps/v1 Deployment": Deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": HorizontalPodAutoscaler,
  "monitoring.coreos.com/v1 ServiceMonitor": ServiceMonitor,
  "networking.k8s.io/v1 NetworkPolicy": NetworkPolicy,
  "policy/v1 PodDisruptionBudget": PodDisruptionBudget,
  "v1 ConfigMap": ConfigMap,
  "v1 Service": Service,
};

/** What Kubernetes would refuse or ignore in a resource. One line each. */
export function findSchemaErrors(resource: Resource): string[] {
  const type = `${textAt(resource, "apiVersion")} ${textAt(resource, "kind")}`;
  const model = MODELS[type];
  if (model === undefined) {
    return [`${idOf(resource)}: ${type} is no kind that is used here (${Object.keys(MODELS).join(", ")})`];
  }
  const complaints: string[] = [];
  const unread = findUnread(Reflect.construct(model, [resource]), (watched) => {
    if (!isModel(watched))
      throw new TypeError(`${type} has no validator: has kubernetes-models changed its form?`);
    try {
      watched.validate();
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
    }
  });
  return [...complaints, ...unread.map((path) => `${path} is no field of ${type}`)].map(
    (complaint) => `${idOf(resource)}: ${complaint}`,
  );
}

function isModel(value: unknown): value is { validate(): void } {
  return (
    typeof value === "object" && value !== null && "validate" in value && typeof value.validate === "function"
  );
}
