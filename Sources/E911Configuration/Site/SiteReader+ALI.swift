#if Daemon
    import E911Service
    import E911Values

    extension SiteReader {
        /// How the ALI side is told of ELINs.
        func ali(_ m: YAMLMapping) -> ALIConfiguration {
            var ali = ALIConfiguration()
            ali.customerName = m["customer-name"]?.text("the subscriber's name", "Example Corporation")
            assign(&ali.classOfService, m["class-of-service"]?.text("NENA's code", "\"4\""))
            assign(&ali.typeOfService, m["type-of-service"]?.text("NENA's code", "\"0\""))
            ali.exchange = m["exchange"]?.text("the exchange", "CHCG")
            ali.esn = m["esn"]?.text("the emergency service number", "\"00123\"")
            ali.countyID = m["county-id"]?.text("the county", "\"0031\"")
            ali.companyID = m["company-id"]?.text("NENA's company id", "EXMPL")
            ali.sourceID = m["source-id"]?.text("the source id", "C")
            ali.mainNumber = m["main-number"]?.telephoneNumber()
            assign(&ali.lineEnd, m["line-end"]?.choice(ALILineEnd.self))
            assign(&ali.columns, m["csv"]?.list { $0.mapping(self.column) ?? nil })
            assign(&ali.pushesFixed, m["push-fixed"]?.boolean())
            ali.push = m["push"]?.mapping(webhook) ?? nil
            return ali
        }

        private func column(_ m: YAMLMapping) -> ALIColumn? {
            let field = m.required("field", "street-name")?.choice(ALIField.self)
            let name = m["column"]?.text("the head of the column", "Street")
            return field.map { ALIColumn(name: name ?? $0.rawValue, field: $0) }
        }

        /// A web address that JSON is posted to.
        func webhook(_ m: YAMLMapping) -> WebhookConfiguration? {
            let url = m.required("url", "https://ali.example.com/records")?.text(
                "a web address", "https://ali.example.com/records")
            let token = m["token-file"]?.passwordFile(base: base, files: files)
            return url.map { WebhookConfiguration(url: $0, tokenFile: token) }
        }
    }

    extension ALIConfiguration {
        var tree: YAMLTree {
            let standard = ALIConfiguration()
            var builder = TreeBuilder()
            builder.add("customer-name", text: customerName)
            builder.add("class-of-service", classOfService, unless: standard.classOfService) { .text($0) }
            builder.add("type-of-service", typeOfService, unless: standard.typeOfService) { .text($0) }
            builder.add("exchange", text: exchange)
            builder.add("esn", text: esn)
            builder.add("county-id", text: countyID)
            builder.add("company-id", text: companyID)
            builder.add("source-id", text: sourceID)
            builder.add("main-number", text: mainNumber?.description)
            builder.add("line-end", lineEnd, unless: standard.lineEnd) { .text($0.rawValue) }
            builder.add("csv", columns, unless: standard.columns) { columns in
                .list(columns.map { .keys(["column": .text($0.name), "field": .text($0.field.rawValue)]) })
            }
            builder.add("push-fixed", pushesFixed, unless: standard.pushesFixed, YAMLTree.boolean)
            builder.add("push", push?.tree)
            return builder.tree
        }
    }

    extension WebhookConfiguration {
        var tree: YAMLTree {
            var builder = TreeBuilder()
            builder.add("url", text: url)
            builder.add("token-file", text: tokenFile)
            return builder.tree
        }
    }
#endif
