import E911Values
import ELINEngine

/// What of the ALI records is wanted, and what for.
public struct ALIExportRequest: Equatable, Sendable, Codable {
    /// The changes since the last export that was confirmed, and not all.
    public var isDifference: Bool
    /// What the records are checked for.
    public var format: ALIFormat
    /// Look only: nothing is noted, so nothing can be confirmed.
    public var isCheck: Bool
    /// Leave out records that cannot be exported, in place of exporting none.
    public var validOnly: Bool
    public var by: String

    public init(
        isDifference: Bool = false, format: ALIFormat = .nena21, isCheck: Bool = false, validOnly: Bool = false,
        by: String = ""
    ) {
        self.isDifference = isDifference
        self.format = format
        self.isCheck = isCheck
        self.validOnly = validOnly
        self.by = by
    }
}

/// The records of an export.
public struct ALIExport: Equatable, Sendable, Codable {
    /// What it is confirmed by; 0 when there is nothing to confirm.
    public var number: UInt64 = 0
    public var records: [ALIRecord] = []
    /// What is wrong with records. Unless the valid ones alone were wanted, there are no records then.
    public var problems: [ALIProblem] = []
    public var lineEnd: ALILineEnd = .none
    public var columns: [ALIColumn] = ALIColumn.standard

    public init() {}

    /// The file of an export.
    public func octets(_ format: ALIFormat) -> [UInt8] {
        switch format {
        case .nena21: records.flatMap { NENA21.octets(of: $0) + lineEnd.octets }
        case .csv: Array(ALITable.text(of: records, columns: columns).utf8)
        }
    }
}

/// Exports and confirmations that are under way. They go over all numbers, a slice a turn, one after the other.
struct ALIDesk: Equatable, Sendable {
    /// Numbers of one slice.
    static let slice = 256
    /// Most jobs that wait.
    static let mostJobs = 16

    enum Job: Equatable, Sendable {
        case export(ExportJob)
        case confirm(ConfirmJob)
    }

    struct ExportJob: Equatable, Sendable {
        var request: ALIExportRequest
        var token: QueryToken
        var number: UInt64
        /// Where the next slice begins; `nil` when all numbers were looked at.
        var cursor: Int? = 0
        var export = ALIExport()
        /// Of its records, those that are noted as told.
        var offered = 0
    }

    struct ConfirmJob: Equatable, Sendable {
        /// `nil` is the last export.
        var number: UInt64?
        var token: QueryToken
        var by: String
        var cursor: Int? = 0
        var numbers: [TelephoneNumber] = []
        /// The highest number of an export that was seen.
        var highest: UInt64 = 0
        var confirmed = 0
    }

    /// An export that is answered when the store has what was told.
    struct Waiting: Equatable, Sendable {
        var counter: UInt64
        var export: ALIExport
        var token: QueryToken
        var by: String
    }

    var jobs: [Job] = []
    var waiting: [Waiting] = []

    init() {}

    /// Another site, or other rows: what was looked at is looked at again.
    mutating func startAgain() {
        jobs = jobs.map { job in
            switch job {
            case .export(var job):
                job.cursor = 0
                job.export = ALIExport()
                job.offered = 0
                return .export(job)
            case .confirm(var job):
                job.cursor = 0
                job.numbers = []
                job.highest = 0
                job.confirmed = 0
                return .confirm(job)
            }
        }
    }
}
