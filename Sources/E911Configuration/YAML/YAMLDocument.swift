#if Daemon
    import Yams

    /// The tree of one YAML file.
    ///
    /// Scalars stay the texts that they are (no YAML 1.1 guessing: `7911`, `0911`, `no` and `12:30` mean what stands
    /// there); what a text means is decided by the key that it belongs to.
    struct YAMLDocument {
        let root: Node
        /// Each value takes at least one character.
        let mostValues: Int
        /// Keys that stand again further down in their mapping. The parser refuses a file at the first such key;
        /// so that the other errors are found too, it is given the file with these keys renamed.
        private let renamed: [Place: String]

        /// - Throws: ``TextRefusal`` if the octets are no YAML document.
        init(_ octets: [UInt8]) throws(TextRefusal) {
            var source = try SourceText(octets)
            var renamed: [Place: String] = [:]
            while true {
                switch Self.compose(source.text) {
                case .success(let root?):
                    self.root = root
                    self.renamed = renamed
                    mostValues = source.scalars.count
                    return
                case .success(nil):
                    throw TextRefusal(place: .start, reason: "the file is empty", remedy: "see the annotated examples")
                case .failure(.duplicatedKeysInMapping(let names, let context)):
                    let place = Place(context.mark)
                    let name = names.first ?? ""
                    guard Self.rename(name, at: place, in: &source, count: renamed.count) else {
                        throw TextRefusal(
                            place: place, reason: "the key '\(name)' stands twice", remedy: "each key once")
                    }
                    renamed[place] = name
                case .failure(let error):
                    throw TextRefusal(error)
                }
            }
        }

        /// The name of a key; `nil` if it is no text.
        func name(of key: Node) -> String? {
            guard let scalar = key.scalar else { return nil }
            return key.mark.flatMap { renamed[Place($0)] } ?? scalar.string
        }

        private static func compose(_ text: String) -> Result<Node?, YamlError> {
            do {
                return .success(try Yams.compose(yaml: text, .basic, .default, .utf8))
            } catch let error as YamlError {
                return .failure(error)
            } catch {
                return .failure(.no)
            }
        }

        /// Puts a character of the private use area in the place of the key's first, so that columns stay.
        private static func rename(_ name: String, at place: Place, in source: inout SourceText, count: Int) -> Bool {
            guard count < 256, let substitute = Unicode.Scalar(0xe000 + UInt32(count)),
                var index = source.index(of: place)
            else { return false }
            if source.scalars[index] == "\"" || source.scalars[index] == "'" { index += 1 }
            guard source.scalars.indices.contains(index), let first = name.unicodeScalars.first,
                source.scalars[index] == first
            else { return false }
            source.replace(at: index, with: substitute)
            return true
        }
    }

    extension Place {
        init(_ mark: Mark) {
            self.init(line: mark.line, column: mark.column)
        }
    }

    extension TextRefusal {
        init(_ error: YamlError) {
            switch error {
            case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
                .composer(let context, let problem, let mark, _):
                // The parser's context says what it was in the middle of, and where that began.
                let within = context.map { ", \($0.text) of line \($0.mark.line)" } ?? ""
                self.init(place: Place(mark), reason: "\(problem)\(within)", remedy: Self.remedy(for: problem))
            case .reader(let problem, _, _, _):
                self.init(place: .start, reason: problem, remedy: "save the file as UTF-8")
            case .duplicatedKeysInMapping(let names, let context):
                self.init(
                    place: Place(context.mark), reason: "the key '\(names.first ?? "")' stands twice",
                    remedy: "each key once")
            case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
                self.init(
                    place: .start, reason: "the file cannot be read as YAML", remedy: "see the annotated examples")
            }
        }

        /// By the words of libyaml.
        private static func remedy(for problem: String) -> String {
            let known = [
                (
                    "mapping values are not allowed",
                    "a text with a colon in it stands in quotes; keys of one mapping begin "
                        + "in the same column"
                ),
                ("could not find expected ':'", "'key: value'; a text over several lines stands in quotes"),
                (
                    "cannot start any token",
                    "indent with blanks, not tabs; a text that begins with @, ` or % stands in quotes"
                ),
                (
                    "did not find expected key",
                    "keys of one mapping begin in the same column; what begins with a quote "
                        + "ends with it"
                ),
                ("expected '-' indicator", "entries of one list begin in the same column"),
                ("',' or ']'", "commas between the entries, and ] behind the last"),
                ("',' or '}'", "commas between the entries, and } behind the last"),
                ("unexpected end of stream", "close the quotes"),
                (
                    "escape",
                    "a backslash in double quotes begins an escape; a regular expression stands in single quotes"
                ),
                ("undefined alias", "a text that begins with * stands in quotes"),
                ("another document", "one document in a file, without a second ---"),
                ("block sequence entries are not allowed", "a list begins in a line of its own"),
            ]
            return known.first { problem.contains($0.0) }?.1 ?? "see the annotated examples"
        }
    }
#endif
