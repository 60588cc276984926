//! Several pages of HTML printed as one.

use crate::text::counted;
/// One page of HTML with all these pages of HTML in it, each printed from a page of its own on.
/// Their styles are taken over once each.
pub fn sheaf(pages: &[&str]) -> String {
    let mut styles: Vec<&str> = Vec::new();
    let mut letters = String::new();
    for page in pages {
        for style in inside(page, "style") {
            if !styles.contains(&style) {
                styles.push(style);
            }
        }
        let body = inside(page, "body").first().copied().unwrap_or(page);
        letters.push_str("<div class=\"letter\">\n");
        letters.push_str(body.trim());
        letters.push_str("\n</div>\n");
    }
    let styles: Vec<&str> = styles.iter().map(|s| s.trim()).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>\n{}\n\
         .letter + .letter {{ break-before: page; margin-top: 3em; }}\n\
         @media print {{ .letter + .letter {{ margin-top: 0; }} }}\n\
         </style>\n</head>\n<body>\n{letters}</body>\n</html>",
        counted(pages.len(), "letter"),
        styles.join("\n")
    )
}

/// What stands inside each element of this name.
fn inside<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let lower = page.to_ascii_lowercase();
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = lower[from..].find(&open).map(|at| from + at) {
        let Some(start) = lower[at..].find('>').map(|end| at + end + 1) else {
            break;
        };
        let Some(end) = lower[start..].find(&close).map(|end| start + end) else {
            break;
        };
        found.push(&page[start..end]);
        from = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheaf_holds_each_letter_on_its_own_page_and_each_style_once() {
        let page = |words: &str| {
            format!(
                "<!doctype html><HTML><head><style>p {{ color: black }}</style></head>\
                 <BODY class=\"x\"><p>{words}</p></BODY></html>"
            )
        };
        let (a, b) = (page("To A"), page("To B"));
        let all = sheaf(&[&a, &b, "no page at all"]);
        assert_eq!(all.matches("<div class=\"letter\">").count(), 3);
        assert_eq!(all.matches("color: black").count(), 1);
        assert_eq!(all.matches("<body>").count(), 1);
        assert!(all.contains("break-before: page"));
        assert!(all.contains("<title>3 letters</title>"));
        let (a, b) = (all.find("<p>To A</p>"), all.find("<p>To B</p>"));
        assert!(a.is_some() && a < b && all.contains("no page at all"));
    }
}
