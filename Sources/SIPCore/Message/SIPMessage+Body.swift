extension SIPMessage {
    /// The parts of the body that are no multiparts themselves, in their order (RFC 5621 section 3). A body that is no
    /// multipart is one part, an empty one none.
    ///
    /// - Throws: ``SIPParseError`` when Content-Type cannot be read, a multipart has no usable boundary (`multipart`), or a
    ///   limit is passed (`multipart-too-large`). The body as a whole can be had all the same.
    public func bodyParts(limits: MultipartLimits = .default) throws(SIPParseError) -> [BodyPart] {
        guard !body.isEmpty else { return [] }
        var own: [BodyPart.Header] = []
        let names: [HeaderName] = [
            .contentType, .contentDisposition, .contentEncoding, .contentLanguage, .contentID,
            "Content-Transfer-Encoding",
        ]
        for name in names {
            if let value = first(name) { own.append(BodyPart.Header(name: name, value: value)) }
        }
        var found: [BodyPart] = []
        var count = 0
        // The next part to be looked at lies last.
        var waiting = [BodyPart(headers: own, content: body, depth: 0)]
        while let part = waiting.popLast() {
            // A part whose type cannot be read is a part all the same.
            let type = part.depth == 0 ? try part.contentType() : try? part.contentType()
            guard let type, type.type.equalsIgnoringCase("multipart") else {
                found.append(part)
                continue
            }
            guard part.depth < limits.depth else {
                throw MultipartBody.tooLarge("multiparts lie in each other more than \(limits.depth) deep")
            }
            let inner = try MultipartBody(part.content, type: type, limits: limits)
                .parts(depth: part.depth + 1, room: limits.parts - count)
            count += inner.count
            waiting += inner.reversed()
        }
        return found
    }

    /// The part that a `cid:` URI names, for example of Geolocation; `nil` if there is none.
    public func bodyPart(contentID: SIPText, limits: MultipartLimits = .default) throws(SIPParseError) -> BodyPart? {
        try bodyParts(limits: limits).first { $0.contentID == contentID }
    }
}
