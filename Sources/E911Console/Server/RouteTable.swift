#if Daemon
    import Foundation
    import HTTPTypes

    /// Finds the operation of a method and a path.
    struct RouteTable: Sendable {
        enum Match {
            case operation(Operation, [String: String])
            /// The path is known, with these methods.
            case otherMethods([String])
            case none
        }

        private struct Route: Sendable {
            var operation: Operation
            var segments: [String]
        }

        private let routes: [Int: [Route]]

        init(_ operations: [Operation]) {
            let all = operations.map { operation in
                Route(operation: operation, segments: operation.path.split(separator: "/").map(String.init))
            }
            routes = Dictionary(grouping: all) { $0.segments.count }
        }

        /// - Parameter path: what stands behind the prefix, as it came.
        func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
            let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                .map { String($0).removingPercentEncoding ?? "" }
            guard !segments.contains("") else { return .none }
            let fitting = (routes[segments.count] ?? []).compactMap { route in
                Self.fit(route.segments, segments).map { (route.operation, $0) }
            }
            // Where a name stands in the place of a parameter it goes first.
            let best = fitting.filter { $0.1.count == fitting.map(\.1.count).min() }
            if let (operation, parameters) = best.first(where: { $0.0.method == method }) {
                return .operation(operation, parameters)
            }
            return best.isEmpty ? .none : .otherMethods(best.map { $0.0.method.rawValue }.sorted())
        }

        private static func fit(_ pattern: [String], _ segments: [String]) -> [String: String]? {
            var parameters: [String: String] = [:]
            for (part, segment) in zip(pattern, segments) {
                if part.hasPrefix("{") {
                    parameters[String(part.dropFirst().dropLast())] = segment
                } else if part != segment {
                    return nil
                }
            }
            return parameters
        }
    }
#endif
