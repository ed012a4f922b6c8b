import Agent
import ArgumentParser

/// The documents of which `sipreconcile schema` writes a JSON Schema.
enum SchemaName: String, ExpressibleByArgument, CaseIterable, Sendable {
  case plan, report, status, event, diagnostics, forget

  var schema: JSONSchema {
    switch self {
    case .plan:
      JSONSchema(
        title: PlanDocument.formatName,
        description: "What `sipreconcile plan -o json` writes.",
        type: PlanDocument.schema
      )
    case .report:
      JSONSchema(
        title: ReportDocument.formatName,
        description: "What `sipreconcile apply -o json` writes.",
        type: ReportDocument.schema
      )
    case .status:
      JSONSchema(
        title: StatusDocument.format,
        description: "What `sipreconcile status -o json` writes.",
        type: StatusDocument.schema
      )
    case .event:
      JSONSchema(
        title: EventDocument.formatName,
        description: "One line of `-o ndjson`.",
        type: EventDocument.schema
      )
    case .diagnostics:
      JSONSchema(
        title: DiagnosticDocument.formatName,
        description: "What `sipreconcile validate -o json` writes, and every command that could not begin.",
        type: DiagnosticDocument.schema
      )
    case .forget:
      JSONSchema(
        title: ForgetDocument.formatName,
        description: "What `sipreconcile forget -o json` writes.",
        type: ForgetDocument.schema
      )
    }
  }
}
