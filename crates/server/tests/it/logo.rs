//! The logo and the rules of a business: judged by what it is, shown to anybody, seen at once.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::harness::{App, Business, Reply, text};

/// A picture of so many pixels a side.
fn picture(side: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(side, side, image::Rgb([152, 53, 111]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn upload(app: &App, salon: &Business, name: &str, bytes: Vec<u8>) -> Reply {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    app.post("/api/settings/business/logo").bearer(&salon.token).multipart(form).send().await
}

both_databases! {
    async fn a_logo_is_a_picture_and_anybody_sees_it(app: App) {
        let salon = app.business("Salon").await;
        let page = format!("/api/public/store-owner/{}", salon.slug);
        assert_eq!(app.get(&page).send().await.data(200)["logoUrl"], Value::Null);
        let settings = upload(&app, &salon, "logo.png", picture(900)).await.data(200);
        let url = text(&settings["logoUrl"]).to_owned();
        assert_eq!(app.get(&page).send().await.data(200)["logoUrl"], url.as_str());
        let shown = app.get(&url).send().await;
        assert_eq!((shown.status.as_u16(), shown.header("x-content-type-options")), (200, "nosniff"));
        assert!(shown.header("content-type").starts_with("image/") && shown.header("cache-control").contains("immutable"));
        let seen = image::load_from_memory(&shown.bytes).unwrap();
        assert!(seen.width() <= 480, "made small");
        let other = upload(&app, &salon, "new.png", picture(64)).await.data(200);
        assert_ne!(text(&other["logoUrl"]), url, "another address for another picture");
        for (name, bytes) in [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()), ("a.png", b"<html>".to_vec())] {
            assert_eq!(upload(&app, &salon, name, bytes).await.refused(415), "UNSUPPORTED_MEDIA_TYPE", "{name}");
        }
        assert_eq!(upload(&app, &salon, "a.png", vec![0; 2_050_000]).await.refused(413), "PAYLOAD_TOO_LARGE");
        let staff = app.member(&salon, kernel::Role::Staff).await;
        let form = Form::new().part("file", Part::bytes(picture(8)).file_name("a.png"));
        let refused = app.post("/api/settings/business/logo").bearer(&staff.token).multipart(form).send().await;
        assert_eq!(refused.refused(403), "FORBIDDEN");
        let gone = app.delete("/api/settings/business/logo").bearer(&salon.token).send().await.data(200);
        assert_eq!(gone["logoUrl"], Value::Null);
        assert_eq!(app.get(&url).send().await.refused(404), "NOT_FOUND");
    }

    async fn a_second_factor_can_be_asked_of_the_whole_team_at_once(app: App) {
        let salon = app.business("Salon").await;
        let staff = app.member(&salon, kernel::Role::Staff).await;
        app.get("/api/team/roles").bearer(&staff.token).send().await.data(200);
        let asked = json!({"requireTwoFactor": true});
        let settings = app.patch("/api/settings/business").bearer(&salon.token).json(asked).send().await.data(200);
        assert_eq!(settings["requireTwoFactor"], true);
        let refused = app.get("/api/team/roles").bearer(&staff.token).send().await;
        assert_eq!(refused.refused(403), "TWO_FACTOR_SETUP_REQUIRED");
        let me = app.get("/api/auth/me").bearer(&staff.token).send().await.data(200);
        assert_eq!(me["twoFactorSetupRequired"], true);
    }
}
