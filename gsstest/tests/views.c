/*
 * What tests and fuzzers ask of what was decoded.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "views.h"

static volatile unsigned int sink;

bool
view_inside(const struct gssloop_view *view, const uint8_t *data, size_t size)
{
	if (view->data == NULL)
		return view->size == 0;
	return view->data >= data && (size_t)(view->data - data) <= size &&
	       view->size <= size - (size_t)(view->data - data);
}

bool
view_empty(const struct gssloop_view *view)
{
	return view->data == NULL && view->size == 0;
}

void
octets_touch(const void *octets, size_t size)
{
	const uint8_t *at = octets;

	while (size > 0)
		sink += at[--size];
}

/* One behind the last, too: it is to be empty. */
void
extensions_touch(const struct gj_negoex_message *message)
{
	struct gj_negoex_extension extension;
	unsigned int i;

	for (i = 0; i <= message->u.nego.extension_count; i++) {
		gj_negoex_extension(message, i, &extension);
		octets_touch(extension.value.data, extension.value.size);
	}
}

void
alerts_touch(const struct gj_negoex_message *message)
{
	struct gj_negoex_alert_element element;
	unsigned int i;

	for (i = 0; i <= message->u.alert.alert_count; i++) {
		gj_negoex_alert_element(message, i, &element);
		octets_touch(element.value.data, element.value.size);
	}
}
