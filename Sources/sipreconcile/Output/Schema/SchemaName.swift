import Agent
import ArgumentParser
import Manifests

/// The documents of which `sipreconcile schema` writes a JSON Schema.
enum SchemaName: String, ExpressibleByArgument, CaseIterable, Sendable {
  case config, plan, report, status, event, diagnostics, forget, suspension, lock, history, doctor

  /// Its file in `schemas/`.
  var fileName: String {
    switch self {
    case .config: "config.json"
    case .plan, .report, .status, .event, .diagnostics, .forget, .suspension, .lock, .history, .doctor:
      "\(rawValue).schema.json"
    }
  }

  var schema: any Encodable { document ?? ManifestSchema() as any Encodable }

  /// The same for people, as Markdown.
  var markdown: [String] { document.map { SchemaMarkdown($0).lines() } ?? ManifestReference().lines() }

  /// Nil for the file itself, which people write.
  private var document: JSONSchema? {
    switch self {
    case .config: nil
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
    case .suspension:
      JSONSchema(
        title: SuspensionDocument.formatName,
        description: "What `sipreconcile suspend -o json` and `resume -o json` write.",
        type: SuspensionDocument.schema
      )
    case .lock:
      JSONSchema(
        title: LockDocument.formatName,
        description: "What `sipreconcile lock -o json` writes.",
        type: LockDocument.schema
      )
    case .history:
      JSONSchema(
        title: HistoryDocument.formatName,
        description: "What `sipreconcile history -o json` writes.",
        type: HistoryDocument.schema
      )
    case .doctor:
      JSONSchema(
        title: DoctorDocument.formatName,
        description: "What `sipreconcile doctor -o json` writes.",
        type: DoctorDocument.schema
      )
    }
  }
}
