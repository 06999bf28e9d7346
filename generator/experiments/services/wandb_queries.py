"""What is asked of W&B, in GraphQL: only fields that its servers have had since 2020, and only those that are read."""

# Not `internalId`, `projectId` and `historyKeys`: servers at home may be older than they are, and nobody reads them.
RUNS = """\
query Runs($project: String!, $entity: String!, $cursor: String, $perPage: Int = 50, $order: String, \
$filters: JSONString) {
  project(name: $project, entityName: $entity) {
    runCount(filters: $filters)
    runs(filters: $filters, after: $cursor, first: $perPage, order: $order) {
      edges { node { ...RunFragment } cursor }
      pageInfo { endCursor hasNextPage }
    }
  }
}
fragment RunFragment on Run {
  id tags name displayName state config createdAt description summaryMetrics
}
"""

SAMPLED_HISTORY = """\
query RunSampledHistory($project: String!, $entity: String!, $name: String!, $specs: [JSONString!]!) {
  project(name: $project, entityName: $entity) { run(name: $name) { sampledHistory(specs: $specs) } }
}
"""

REPORT = """\
query SpecificReport($reportId: ID!) {
  view(id: $reportId) { id displayName description project { name entityName } spec }
}
"""

OUTPUT_ARTIFACTS = """\
query RunOutputArtifacts($project: String!, $entity: String!, $runName: String!, $cursor: String, $perPage: Int) {
  project(name: $project, entityName: $entity) {
    run(name: $runName) {
      outputArtifacts(after: $cursor, first: $perPage) {
        edges {
          node { id versionIndex artifactType { name } artifactSequence { name project { name entityName } } }
          cursor
        }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
}
"""
