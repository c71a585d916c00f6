/// Results of replays, for machines.
public enum ReplayReport {
    /// Of one file.
    public struct Result: Equatable, Sendable {
        public var name: String
        /// `nil` when all was as expected.
        public var problem: String?

        public init(name: String, problem: String?) {
            self.name = name
            self.problem = problem
        }
    }

    /// In the form of JUnit that CI systems read: a test case a file.
    public static func junit(_ results: [Result]) -> String {
        let failed = results.count { $0.problem != nil }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuite name="e911sim replay" tests="\#(results.count)" failures="\#(failed)" errors="0" skipped="0">"#,
        ]
        for result in results {
            let name = escaped(result.name)
            guard let problem = result.problem else {
                lines.append(#"  <testcase classname="replay" name="\#(name)"/>"#)
                continue
            }
            let first = problem.split(separator: "\n").first.map { escaped(String($0)) } ?? ""
            lines.append(#"  <testcase classname="replay" name="\#(name)">"#)
            lines.append(#"    <failure message="\#(first)">\#(escaped(problem))</failure>"#)
            lines.append("  </testcase>")
        }
        return lines.joined(separator: "\n") + "\n</testsuite>\n"
    }

    /// Without what XML 1.0 cannot hold.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
